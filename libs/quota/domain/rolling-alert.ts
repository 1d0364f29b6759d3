import type { EpochMs } from '#calendar';
import { reached } from './alert.js';
import { alertPeriodStart } from './alert-period.js';
import type { QuotaAmount } from './measure.js';
import { limitFor, type Quota } from './quota.js';
import { type QuotaWindowSpec, ROLLING_SLICES } from './window.js';

type RollingSpec = Extract<QuotaWindowSpec, { kind: 'rolling' }>;
export type RollingQuota = Quota & { readonly window: RollingSpec };

/** What a subject used in the slices of a rolling window; nothing in those that are not among them. */
export interface SlicedCount {
  readonly subject: string;
  /** By the starts of slices. */
  readonly amounts: ReadonlyMap<EpochMs, QuotaAmount>;
}

/** A threshold that what a rolling window holds came to from below. */
export interface Crossing {
  readonly percent: number;
  /** Of the stretch of time in which it is told once. */
  readonly periodStart: EpochMs;
  /** What the window held at the end of the slice in which it came to it, or holds now, against the limit then. */
  readonly used: QuotaAmount;
  readonly limit: QuotaAmount;
  /** From when until when that is: whole slices, as they are counted. */
  readonly start: EpochMs;
  readonly end: EpochMs;
}

const DAY_MS = 86_400_000;
/** What shorter windows held between two looks, or while usage was on its way, is not missed. */
const LOOKS_BACK_LEAST_MS = 120_000;
/** Slices shorter than a day are kept for 35 days: so far back none is missing of any window, of whatever length. */
const LOOKS_BACK_MOST_MS = 5 * DAY_MS;

/** In which slices alerts look for crossings, and which they need to know for it. Both are starts of slices. */
export function rollingLookBack({ lengthMs }: RollingSpec, at: EpochMs): { first: EpochMs; needed: EpochMs } {
  const slice = lengthMs / ROLLING_SLICES;
  const back = Math.min(Math.max(lengthMs, LOOKS_BACK_LEAST_MS), LOOKS_BACK_MOST_MS);
  const first = Math.floor((at - back) / slice) * slice;
  return { first, needed: first - (ROLLING_SLICES + 1) * slice };
}

/**
 * The thresholds that the window's sum came to from below, each once for each period (see `alertPeriodStart`), with its latest figures.
 *
 * A slice crosses a threshold if the sum is at or above it at the slice's end (or now), and was below it at its beginning or at the end of the
 * slice before: by usage, or as a limit falls. A version of the quota begins with nothing crossed. So a sum that stays above is told once,
 * one that falls and comes again is told again, at most once a period: not each time that it moves about a threshold.
 *
 * This follows from the counts and the definition alone: whoever looks, and however often, finds the same. Usage that comes late is in
 * the slice of its own time, and may move a crossing to the period before: then that is told as well.
 */
export function crossingsOf(quota: RollingQuota, { subject, amounts }: SlicedCount, at: EpochMs): Crossing[] {
  const slice = quota.window.lengthMs / ROLLING_SLICES;
  const startOf = (instant: EpochMs) => Math.floor(instant / slice) * slice;
  const lookedAt = rollingLookBack(quota.window, at).first;
  const began = startOf(quota.inForceSince);
  const first = Math.max(lookedAt, began);
  const amountIn = (start: EpochMs) => amounts.get(start) ?? 0n;
  let sum = 0n;
  for (let i = 1; i <= ROLLING_SLICES + 1; i += 1) sum += amountIn(first - i * slice);
  let limit = limitFor(quota, subject, first - slice, 0n);
  const crossings = new Map<string, Crossing>();
  for (let start = first; start <= at; start += slice) {
    const before = { sum, limit };
    const oldest = start - ROLLING_SLICES * slice;
    const atStart = sum - amountIn(oldest - slice);
    sum = atStart + amountIn(start);
    limit = limitFor(quota, subject, start, 0n);
    for (const percent of quota.actualThresholds) {
      if (!reached(sum, limit, percent)) break;
      const wasAbove = reached(before.sum, before.limit, percent) && reached(atStart, limit, percent);
      if (wasAbove && start !== began) continue;
      const periodStart = alertPeriodStart(quota.window, start);
      const end = Math.min(start + slice, at);
      crossings.set(`${percent} ${periodStart}`, { percent, periodStart, used: sum, limit, start: oldest, end });
    }
  }
  return [...crossings.values()];
}
