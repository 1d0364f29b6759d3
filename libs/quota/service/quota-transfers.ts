import type { Clock, EpochMs } from '#calendar';
import { type Caller, costCenterAt, type TeamDirectory } from '#directory';
import { type Failure, fail, type Outcome, succeed } from '#outcome';
import {
  formatQuotaAmount,
  type Interval,
  keyOf,
  limitFor,
  type OverrideSpan,
  type Quota,
  type QuotaAmount,
  type QuotaOverride,
  type QuotaVersion,
  resolveSpan,
} from '../domain/index.js';
import type { QuotaChanges, QuotaDefinitionStore } from './definition-store.js';
import type { Saying } from './next-version.js';
import { amountOf } from './override-amount.js';
import { fieldFailure, quotaNotFound } from './quota-failures.js';
import { keep, NO_WINDOW, newOverride, quotaNow } from './quota-overrides.js';

/** A team, and the quota that limits it. */
export interface TransferSide {
  readonly quota: string;
  readonly team: string;
}

export interface TransferWish {
  readonly from: TransferSide;
  readonly to: TransferSide;
  /** A plain decimal of the quotas' measure, above 0. */
  readonly amount: string;
  readonly span: OverrideSpan;
  readonly reason: string;
}

export interface Transfer {
  readonly given: QuotaOverride;
  readonly received: QuotaOverride;
}

/** Has one team of a cost centre give some of its limit to another. */
export class QuotaTransfers {
  constructor(
    private readonly store: QuotaDefinitionStore,
    private readonly teams: TeamDirectory,
    private readonly clock: Clock,
  ) {}

  /**
   * Fails with `quota.quota_not_found`, `quota.bad_transfer`, `quota.other_cost_center`, `quota.bad_amount`, `quota.above_limit`,
   * `quota.no_window`, `quota.too_many_overrides`.
   */
  make(
    { accountId, apiKeyId }: Pick<Caller, 'accountId' | 'apiKeyId'>,
    wish: TransferWish,
  ): Promise<Outcome<Transfer>> {
    return this.store.change(accountId, async (changes) => {
      const saying = { now: this.clock.now(), recordedBy: apiKeyId };
      const sides = await findSides(changes, wish, saying.now);
      if (!sides.ok) return sides;
      const stranger = await this.strangers(accountId, wish, saying.now);
      return stranger ? fail(stranger) : transfer(changes, wish, sides.value, saying);
    });
  }

  /** Teams of other cost centres, or of none, give each other nothing. */
  private async strangers(accountId: number, { from, to }: TransferWish, now: EpochMs): Promise<Failure | undefined> {
    const teams = await this.teams.find(accountId, [from.team, to.team]);
    const [giver, receiver] = [from, to].map(({ team }) => costCenterAt(teams.get(team)?.versions ?? [], now));
    if (typeof giver === 'string' && giver === receiver) return undefined;
    const booked = (team: string, center: string | null | undefined) => `${team} is booked on ${center ?? 'none'}`;
    const detail = `Teams of one cost centre give each other; ${booked(from.team, giver)}, ${booked(to.team, receiver)}.`;
    return { kind: 'conflict', code: 'quota.other_cost_center', detail };
  }
}

export const QUOTA_TRANSFERS = Symbol('QuotaTransfers');

interface Sides {
  readonly giver: QuotaVersion;
  readonly receiver: QuotaVersion;
}

async function findSides(changes: QuotaChanges, { from, to }: TransferWish, now: EpochMs): Promise<Outcome<Sides>> {
  const giver = await quotaNow(changes, from.quota, now);
  if (!giver) return fail(quotaNotFound(from.quota));
  const receiver = await quotaNow(changes, to.quota, now);
  if (!receiver) return fail(quotaNotFound(to.quota));
  const refuse = (field: string, detail: string) => fail<Sides>(fieldFailure(field, 'bad_transfer', detail));
  if (from.team === to.team) return refuse('to/team', 'must be another team than gives');
  if (!limits(giver, from.team)) return refuse('from/quota', `must be a quota of teams that limits ${from.team}`);
  if (!limits(receiver, to.team)) return refuse('to/quota', `must be a quota of teams that limits ${to.team}`);
  const isLike = giver.measure === receiver.measure && keyOf(giver.window) === keyOf(receiver.window);
  return isLike
    ? succeed({ giver, receiver })
    : refuse('to/quota', 'must have the measure and the window of the giver’s');
}

function limits({ subject: { level, name } }: QuotaVersion, team: string): boolean {
  return level === 'team' && (name === null || name === team);
}

async function transfer(
  changes: QuotaChanges,
  { from, to, amount: text, span, reason }: TransferWish,
  { giver, receiver }: Sides,
  saying: Saying,
): Promise<Outcome<Transfer>> {
  const { measure } = giver;
  const amount = amountOf(measure, text);
  if (!amount.ok) return amount;
  if (amount.value <= 0n) return fail(fieldFailure('amount', 'bad_amount', 'must be above 0'));
  const interval = resolveSpan(giver.window, span, saying.now);
  if (!interval) return fail(NO_WINDOW);
  // Below 0 a limit is 0, so a team that gave more than it has would give what nobody has.
  const overrides = (await changes.overridesOf([giver.name], interval.from)).filter(
    (known) => known.measure === measure,
  );
  const held = { since: saying.now, inForceSince: saying.now, adjustments: overrides };
  const limit = leastLimit({ ...giver, ...held }, from.team, interval);
  if (amount.value > limit)
    return fail(
      fieldFailure('amount', 'above_limit', `is more than ${formatQuotaAmount(measure, limit)}, the giver’s limit`),
    );
  const [givenId = '', receivedId = ''] = await changes.nextOverrideIds(2);
  const said = { measure, kind: 'transfer', percent: 0, reason, ...interval } as const;
  const given = newOverride(
    {
      ...said,
      overrideId: givenId,
      partnerId: receivedId,
      quota: giver.name,
      subject: from.team,
      amount: -amount.value,
    },
    saying,
  );
  const received = newOverride(
    {
      ...said,
      overrideId: receivedId,
      partnerId: givenId,
      quota: receiver.name,
      subject: to.team,
      amount: amount.value,
    },
    saying,
  );
  return keep(changes, [given, received], saying.now, { given, received });
}

/** Of the windows that begin in an interval. The limit can change with the first window of an adjustment and the first one after it. */
function leastLimit(quota: Quota, team: string, { from, until }: Interval): QuotaAmount {
  const edges = quota.adjustments.flatMap((adjustment) => [adjustment.from, adjustment.until]);
  const starts = edges
    .filter((edge) => edge > from && edge < until)
    .flatMap((edge) => resolveSpan(quota.window, { from: edge, windows: undefined, until }, edge)?.from ?? []);
  const limits = [from, ...starts].map((start) => limitFor(quota, team, start, 0n));
  return limits.reduce((least, limit) => (limit < least ? limit : least));
}
