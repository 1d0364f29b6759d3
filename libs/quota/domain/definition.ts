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

/** What is said of a quota: whose usage counts, which of it, how much of it may be, and what happens then. */
export interface QuotaDefinition {
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
  /** Per cent of the limit at which people hear of what was used, ascending. */
  readonly actualThresholds: readonly number[];
  /** The same of what the window is forecast to come to. */
  readonly forecastThresholds: readonly number[];
  /** Whether people hear of usage that is unlike the subject's own history. */
  readonly anomalies: boolean;
}

export const ACTUAL_THRESHOLDS: readonly number[] = [50, 80, 100];
export const FORECAST_THRESHOLDS: readonly number[] = [100];

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

export function isQuotaName(text: string): boolean {
  return NAME.test(text);
}

/** For people. */
export const QUOTA_NAME_SHAPE =
  'must begin with a letter or digit and have at most 100 letters, digits, points, dashes and underscores';
