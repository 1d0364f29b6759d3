import type { EpochMs } from '#calendar';

/** The units of a calendar that a window may span. */
export const QUOTA_WINDOW_UNITS = ['second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'] as const;
export type QuotaWindowUnit = (typeof QUOTA_WINDOW_UNITS)[number];

/** For how long usage counts against a limit. */
export type QuotaWindowSpec =
  | {
      /** One unit of the calendar of a zone after the other. */
      readonly kind: 'calendar';
      readonly unit: QuotaWindowUnit;
      readonly timeZone: string;
      /** Of a week its first day, 1 = Monday … 7 = Sunday. Else 1. */
      readonly weekStart: number;
      /** Of a month, quarter or year the day of the month on which it begins, 1 … 31; where a month is shorter its last. Else 1. */
      readonly anchorDay: number;
    }
  /** The time before now. Counted in `ROLLING_SLICES` slices, whole ones: never less than what the exact window holds. */
  | { readonly kind: 'rolling'; readonly lengthMs: number }
  /** All usage from a time until another; before and after nothing counts. */
  | { readonly kind: 'total'; readonly from: EpochMs; readonly until: EpochMs }
  /** What is under way now: for concurrent requests. */
  | { readonly kind: 'now' };

/** A rolling window is counted in so many slices of equal length, and one more that is not over. */
export const ROLLING_SLICES = 30;

/** Where usage at an instant counts. */
export interface QuotaWindow {
  /** Of the count that it is added to; of a rolling window its slice's. */
  readonly start: EpochMs;
  /** When what counts now ceases to, or begins to: a calendar window's end, of a rolling one the end of its slice. */
  readonly end: EpochMs;
  /** The starts of all counts that are summed against the limit, `start` among them, ascending. */
  readonly counted: readonly EpochMs[];
  /** Which adjustments of the limit hold: those of this instant. The same as `start`; of `now` the instant that was asked about. */
  readonly limitStart: EpochMs;
}
