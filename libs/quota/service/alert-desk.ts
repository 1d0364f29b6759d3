import type { EpochMs } from '#calendar';
import type { Notification } from '#notification';
import type { CountName, QuotaAmount } from '../domain/index.js';

/** A count of a window that is running or has just ended. */
export interface UsedCount {
  readonly name: CountName;
  /** Metered, or settled and not metered yet. */
  readonly used: QuotaAmount;
  readonly carried: QuotaAmount;
  /** What up to thirty windows before came to. */
  readonly history: readonly QuotaAmount[];
}

/** Which counts of a series may have something to tell. */
export interface WatchedSeries {
  readonly seriesId: string;
  /** With less there is nothing. */
  readonly least: QuotaAmount;
  /** Of windows that end after it. */
  readonly endAfter: EpochMs;
  readonly withHistory: boolean;
}

/** Where alerts see what was used, and hand in what they have to tell. */
export interface AlertDesk {
  /** All such counts, some thousand at a time. */
  used(accountId: number, series: readonly WatchedSeries[]): AsyncIterable<readonly UsedCount[]>;
  tell(notifications: readonly Notification[]): Promise<void>;
}
