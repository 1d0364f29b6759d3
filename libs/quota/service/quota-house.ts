import type { EpochMs } from '#calendar';

/** What is kept of quotas, and for how long. */
export interface QuotaHouse {
  /**
   * Drops reservations that ended before and counts of windows that did and were shorter than a day. No more than `limit` of each;
   * how many.
   */
  purge(endedBefore: EpochMs, limit: number): Promise<number>;
  /** Takes an account's turn for something that is done once in a while, and by one process. False: it was done since then. */
  takeTurn(accountId: number, work: string, at: EpochMs, since: EpochMs): Promise<boolean>;
}
