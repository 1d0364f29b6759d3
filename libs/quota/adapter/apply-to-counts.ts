import type { EntityManager } from 'typeorm';
import { type EpochMs, formatInstant } from '#calendar';
import { runPrepared } from '#platform';
import type { CountName, QuotaAmount } from '../domain/index.js';
import type { FinishAnswer, FinishOrder, ReservationState } from '../service/quota-store.js';

const APPLY = {
  name: 'quota_apply',
  text: `
  select state_before as before, state_after as after
  from quota_apply($1, $2::uuid[], $3::timestamptz[], $4::text[], $5::jsonb[], $6::uuid[], $7,
    $8::bigint[], $9::text[], $10::timestamptz[], $11::numeric[])`,
};

/** Usage of one count. */
export interface UsageDelta {
  readonly count: CountName;
  readonly amount: QuotaAmount;
}

/** Usage of one account, and the reservations that it is the usage of. */
export interface MeteredDeltas {
  readonly accountId: number;
  readonly at: EpochMs;
  readonly reservationIds: readonly string[];
  readonly usage: readonly UsageDelta[];
}

export interface Application {
  readonly finished?: readonly FinishOrder[];
  readonly metered?: MeteredDeltas;
}

/**
 * Ends reservations and counts usage, within the manager's transaction if it has one. Answers for each that was to end. Where Redis
 * keeps what is held, what it must be told of is written down in the same transaction.
 */
export async function applyToCounts(
  manager: EntityManager,
  { finished = [], metered }: Application,
): Promise<readonly (FinishAnswer | undefined)[]> {
  const answers: (FinishAnswer | undefined)[] = [];
  for (const round of rounds(finished)) {
    const orders = round.map(({ order }) => order);
    const rows = await runPrepared<Row>(manager, APPLY, parameters(orders));
    rows.forEach(({ before, after }, i) => {
      answers[round[i]?.place ?? 0] = before === null || after === null ? undefined : { before, after };
    });
  }
  if (metered) await runPrepared(manager, APPLY, parameters([], metered));
  return answers;
}

interface Row {
  readonly before: ReservationState | null;
  readonly after: ReservationState | null;
}

function parameters(finished: readonly FinishOrder[], metered?: MeteredDeltas): unknown[] {
  const usage = metered?.usage ?? [];
  return [
    finished[0]?.accountId ?? metered?.accountId,
    finished.map(({ reservationId }) => reservationId),
    finished.map(({ at }) => formatInstant(at)),
    finished.map(({ state }) => state),
    finished.map(({ amounts }) => JSON.stringify(amounts.map(String))),
    metered?.reservationIds ?? [],
    metered ? formatInstant(metered.at) : null,
    usage.map(({ count }) => count.seriesId),
    usage.map(({ count }) => count.subject),
    usage.map(({ count }) => formatInstant(count.start)),
    usage.map(({ amount }) => amount.toString()),
  ];
}

interface Placed {
  readonly order: FinishOrder;
  readonly place: number;
}

/** The orders in rounds of one account each, none with a reservation twice: what is asked twice is done in the order asked. */
function rounds(orders: readonly FinishOrder[]): Placed[][] {
  const all: { accountId: number; ids: Set<string>; placed: Placed[] }[] = [];
  orders.forEach((order, place) => {
    const after = all.findLastIndex(({ ids }) => ids.has(order.reservationId));
    let round = all.find(({ accountId }, i) => i > after && accountId === order.accountId);
    if (!round) {
      round = { accountId: order.accountId, ids: new Set(), placed: [] };
      all.push(round);
    }
    round.ids.add(order.reservationId);
    round.placed.push({ order, place });
  });
  return all.map(({ placed }) => placed);
}
