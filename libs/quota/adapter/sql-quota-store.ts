import type { DataSource } from 'typeorm';
import { type EpochMs, formatInstant } from '#calendar';
import { runPrepared, sqlStateOf } from '#platform';
import type { Claim, QuotaAmount } from '../domain/index.js';
import {
  CountsUnavailableError,
  type FinishAnswer,
  type FinishOrder,
  type QuotaStore,
  type Reservation,
  type ReserveAnswer,
  type ReserveOrder,
} from '../service/quota-store.js';
import { applyToCounts } from './apply-to-counts.js';
import { findReservations } from './find-reservations.js';
import { OTHER_STORE_COUNTS, toQuotaError } from './quota-errors.js';
import { type GroupedOrders, groupClaims, jsonbArray, reserveParameters } from './reserve-parameters.js';

const RESERVE = {
  name: 'quota_reserve',
  text: `
  select outcome, before::text[] as before, known_id as "knownId", known_print as "knownPrint"
  from quota_reserve($1, $2, $3::bigint[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::timestamptz[],
    $8::uuid[], $9::timestamptz[], $10::timestamptz[], ${jsonbArray('$11')}, ${jsonbArray('$12')}, $13::text[], $14::text[],
    $15::int[], $16::int[], $17::numeric[], $18::numeric[])`,
};

const LOOK = `
  select coalesce(s.total, 0)::text as total
  from unnest($1::int[], $2::bigint[], $3::text[], $4::timestamptz[], $5::timestamptz[]) with ordinality
    g (account, series, subject, first, last, place)
  cross join lateral (
    select sum(c.used + c.settled + c.held) as total from quota_count c
    where c.account_id = g.account and c.series_id = g.series and c.subject = g.subject
      and c.window_start between g.first and g.last) s
  order by g.place`;

const EXTEND = `
  update quota_reservation set expires_at = greatest(expires_at, $4)
  where account_id = $1 and reservation_id = $2 and state = 'active' and expires_at > $3
  returning (extract(epoch from expires_at) * 1000)::bigint as "expiresAt"`;

const DUE = `
  select account_id as "accountId", reservation_id as "reservationId" from quota_reservation
  where state = 'active' and expires_at <= $1 order by expires_at limit $2`;

interface AnswerRow {
  readonly outcome: 'admitted' | 'refused' | 'known';
  readonly before: readonly string[];
  readonly knownId: string | null;
  readonly knownPrint: string | null;
}

/** Counts in Postgres: each call is one transaction, decided under the locks of its counts, and kept when it answers. */
export class SqlQuotaStore implements QuotaStore {
  /** Accounts whose counts this process has had in Postgres. */
  private readonly own = new Set<number>();

  constructor(private readonly dataSource: DataSource) {}

  async reserve(orders: readonly ReserveOrder[]): Promise<readonly ReserveAnswer[]> {
    const answers: ReserveAnswer[] = [];
    for (const part of groupClaims(orders)) answers.push(...(await this.decide(part)));
    return answers;
  }

  async look(claims: readonly Claim[]): Promise<readonly QuotaAmount[]> {
    if (claims.length === 0) return [];
    const rows = await this.dataSource
      .query<{ total: string }[]>(LOOK, [
        claims.map(({ count }) => count.accountId),
        claims.map(({ count }) => count.seriesId),
        claims.map(({ count }) => count.subject),
        claims.map(({ count, counted }) => formatInstant(counted[0] ?? count.start)),
        claims.map(({ count }) => formatInstant(count.start)),
      ])
      .catch((error: unknown) => {
        throw toQuotaError(error);
      });
    return rows.map(({ total }) => BigInt(total));
  }

  finish(orders: readonly FinishOrder[]): Promise<readonly (FinishAnswer | undefined)[]> {
    return applyToCounts(this.dataSource.manager, { finished: orders });
  }

  async extend(
    accountId: number,
    reservationId: string,
    at: EpochMs,
    expiresAt: EpochMs,
  ): Promise<EpochMs | undefined> {
    const [rows] = await this.dataSource.query<[{ expiresAt: string }[], number]>(EXTEND, [
      accountId,
      reservationId,
      formatInstant(at),
      formatInstant(expiresAt),
    ]);
    return rows[0] && Number(rows[0].expiresAt);
  }

  async expire(at: EpochMs, limit: number): Promise<number> {
    const due = await this.dataSource.query<{ accountId: number; reservationId: string }[]>(DUE, [
      formatInstant(at),
      limit,
    ]);
    const answers = await this.finish(due.map((of) => ({ ...of, at, state: 'expired', amounts: [] })));
    // Others may have ended some of them meanwhile, or given them more time.
    return answers.filter((answer) => answer?.before === 'active' && answer.after === 'expired').length;
  }

  /** Postgres is where it was changed. */
  async catchUp(): Promise<void> {}

  /** Its counts are those of Postgres. */
  async audit(): Promise<undefined> {}

  find(accountId: number, reservationIds: readonly string[]): Promise<readonly Reservation[]> {
    return findReservations(this.dataSource, accountId, reservationIds);
  }

  private async decide(part: GroupedOrders): Promise<readonly ReserveAnswer[]> {
    const accountId = part.orders[0]?.accountId ?? 0;
    try {
      const rows = await this.ask(part).catch(async (error: unknown) => {
        if (sqlStateOf(error) !== OTHER_STORE_COUNTS) throw error;
        await this.takeOver(accountId);
        return this.ask(part);
      });
      this.own.add(accountId);
      return rows.map(toAnswer);
    } catch (error) {
      const undecided = { outcome: 'undecided', error: toQuotaError(error) } as const;
      return part.orders.map(() => undecided);
    }
  }

  private ask({ orders, groups }: GroupedOrders): Promise<AnswerRow[]> {
    return runPrepared<AnswerRow>(this.dataSource.manager, RESERVE, reserveParameters(orders, groups));
  }

  /**
   * From Redis, and once only: where processes of both kinds run, the one that was started last has it, and the others do not take
   * it back and forth.
   */
  private async takeOver(accountId: number): Promise<void> {
    if (this.own.has(accountId)) {
      throw new CountsUnavailableError(
        'another process has the counts in Redis: start all of them with the same settings',
      );
    }
    await this.dataSource.query('select quota_take_over($1)', [accountId]);
  }
}

function toAnswer({ outcome, before, knownId, knownPrint }: AnswerRow): ReserveAnswer {
  if (outcome !== 'known') return { outcome, before: before.map(BigInt) };
  return { outcome, reservationId: knownId ?? '', fingerprint: knownPrint ?? '' };
}
