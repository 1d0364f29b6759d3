import type { EpochMs } from '#calendar';
import type { QuotaDefinition } from './definition.js';
import type { QuotaAmount } from './measure.js';

/** A limit that holds, with what is made of it at a time. */
export interface Quota extends QuotaDefinition {
  /** Known by it within the account. */
  readonly name: string;
  readonly version: number;
  /**
   * Of the counts. A version that counts something else (another subject, filter, measure or window) has a new series; one that changes
   * the limit goes on with the counts that are there.
   */
  readonly seriesId: string;
  /** When the series began to count. */
  readonly since: EpochMs;
  /** When this version came into force. */
  readonly inForceSince: EpochMs;
  /** Changes of the limit for some subjects and times. */
  readonly adjustments: readonly LimitAdjustment[];
}

/** An override, a grant or one side of a transfer, as it bears on a limit. */
export interface LimitAdjustment {
  /** Which of the quota's subjects (as `countedFor` says); null: all. */
  readonly subject: string | null;
  /** Windows that begin in this half-open interval. */
  readonly from: EpochMs;
  readonly until: EpochMs;
  /** Per cent of the limit and an amount, both added; may be negative. */
  readonly percent: number;
  readonly amount: QuotaAmount;
}

const HUNDRED = 100n;
/** Percentages have at most two decimals. */
const PERCENT_SCALE = 100;

/**
 * The limit for one subject and the window that begins then, rollover (`carried`) included. Per cent are of the limit as
 * defined, whatever else is granted, so the order of adjustments changes nothing. Never below 0.
 */
export function limitFor(quota: Quota, subject: string, windowStart: number, carried: QuotaAmount): QuotaAmount {
  let [percent, amount] = [0n, quota.limit + carried];
  for (const adjustment of quota.adjustments) {
    if (adjustment.subject !== null && adjustment.subject !== subject) continue;
    if (windowStart < adjustment.from || windowStart >= adjustment.until) continue;
    percent += BigInt(Math.round(adjustment.percent * PERCENT_SCALE));
    amount += adjustment.amount;
  }
  const limit = amount + (quota.limit * percent) / (HUNDRED * BigInt(PERCENT_SCALE));
  return limit > 0n ? limit : 0n;
}

/** How far requests of a tier may fill a limit. */
export function ceilingFor({ tierPercents }: Quota, limit: QuotaAmount, tier: string): QuotaAmount {
  const percent = Object.hasOwn(tierPercents, tier) ? tierPercents[tier] : undefined;
  return percent === undefined ? limit : (limit * BigInt(percent)) / HUNDRED;
}
