import type { EpochMs } from '#calendar';
import type { QuotaAmount } from './measure.js';

/** Names one count. Unique: a series' subject and the start of its window, or of a slice of a rolling one. */
export interface CountName {
  readonly accountId: number;
  readonly seriesId: string;
  readonly subject: string;
  readonly start: EpochMs;
}

/** What one quota is asked for one request. */
export interface Claim {
  /** The count that is added to. */
  readonly count: CountName;
  readonly end: EpochMs;
  /** The starts of the series' counts for the subject that are summed against the ceiling. */
  readonly counted: readonly EpochMs[];
  readonly amount: QuotaAmount;
  /** What the sum and the amount must not pass together; null: the quota refuses nothing. */
  readonly ceiling: QuotaAmount | null;
}

/** Of a series and a subject: counts that are decided together, under one lock. */
export function countKey({ accountId, seriesId, subject, start }: CountName): string {
  return `${accountId}/${seriesId}/${start}/${subject}`;
}
