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

/** Where alerts see what was used, and hand in what they have to tell. */
export interface AlertDesk {
  /** Counts of the series, with at least so much, of windows that end after a time and have begun. */
  used(
    accountId: number,
    series: readonly { readonly seriesId: string; readonly least: QuotaAmount }[],
    endAfter: EpochMs,
  ): Promise<readonly UsedCount[]>;
  tell(notifications: readonly Notification[]): Promise<void>;
}
