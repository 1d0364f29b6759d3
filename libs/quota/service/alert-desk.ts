import type { EpochMs } from '#calendar';
import type { Notification } from '#notification';
import type { CountName, QuotaAmount, SlicedCount } from '../domain/index.js';

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

/** Which slices of a rolling series may have something to tell. */
export interface WatchedSlices {
  readonly seriesId: string;
  /** Of subjects that used less in all of them there is nothing. */
  readonly least: QuotaAmount;
  /** Of slices that begin then or later. */
  readonly from: EpochMs;
}

/** What reservations that are not over hold of a series for a subject. */
export interface HeldAmount {
  readonly seriesId: string;
  readonly subject: string;
  readonly held: QuotaAmount;
}

/** Where alerts see what was used, and hand in what they have to tell. */
export interface AlertDesk {
  /** All such counts, some thousand at a time. */
  used(accountId: number, series: readonly WatchedSeries[]): AsyncIterable<readonly UsedCount[]>;
  /** All subjects of a series that used so much, some hundred at a time. */
  slices(accountId: number, series: WatchedSlices): AsyncIterable<readonly SlicedCount[]>;
  /** What is under way at that time, whichever store decides. */
  held(accountId: number, seriesIds: readonly string[], at: EpochMs): Promise<readonly HeldAmount[]>;
  tell(notifications: readonly Notification[]): Promise<void>;
}
