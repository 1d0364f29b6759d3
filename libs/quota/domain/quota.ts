import type { EpochMs } from '#calendar';
import type { QuotaFilter } from './filter.js';
import type { QuotaAmount, QuotaMeasure } from './measure.js';
import type { QuotaSubject } from './subject.js';
import type { QuotaWindowSpec } from './window.js';

/**
 * What becomes of a request that would pass the limit. `observe`: nothing, it is counted as what would have been refused.
 * `notify`: people hear of it. `throttle`: it is admitted at low priority, and told when to come again. `block`: refused.
 */
export const QUOTA_ACTIONS = ['observe', 'notify', 'throttle', 'block'] as const;
export type QuotaAction = (typeof QUOTA_ACTIONS)[number];

/** What a quota does while its counts are out of reach or being rebuilt: admits uncounted, or refuses. */
export const QUOTA_FALLBACKS = ['open', 'closed'] as const;
export type QuotaFallback = (typeof QUOTA_FALLBACKS)[number];

/** A limit that holds, with what is made of it at a time. */
export interface Quota {
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
  readonly subject: QuotaSubject;
  readonly filter: QuotaFilter;
  readonly measure: QuotaMeasure;
  readonly window: QuotaWindowSpec;
  readonly limit: QuotaAmount;
  readonly action: QuotaAction;
  readonly fallback: QuotaFallback;
  /**
   * By service tier the per cent of the limit up to which its requests are admitted; a tier not named has all of it. So what is
   * scarce is kept for the tiers that matter: the lower are refused first.
   */
  readonly tierPercents: Readonly<Record<string, number>>;
  /** What is left of a window goes over to the next, at most this much; null: nothing does. */
  readonly rolloverCap: QuotaAmount | null;
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
