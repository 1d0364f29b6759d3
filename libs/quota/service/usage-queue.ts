import type { CountedUsage, UsageRecord } from '../domain/index.js';

/** Usage of one account that was let in and is not in the counts yet, held by this transaction alone. */
export interface ClaimedUsage {
  readonly accountId: number;
  /** Of the definitions in force, which do not change before this is counted. */
  readonly revision: string;
  readonly records: readonly UsageRecord[];
}

/** What is to be done with claimed usage in the transaction that claimed it. */
export interface CountedBatch {
  readonly counts: readonly CountedUsage[];
  /** Of the reservations that the usage is of. */
  readonly reservationIds: readonly string[];
}

/** What was counted. */
export interface TakenUsage {
  readonly accountId: number;
  readonly events: number;
}

/** Usage on its way from metering into the counts. */
export interface UsageQueue {
  /**
   * Claims usage of one account, the oldest that nobody else holds, and counts what `count` makes of it: both or neither. Undefined:
   * nothing waits.
   */
  take(count: (usage: ClaimedUsage) => Promise<CountedBatch>): Promise<TakenUsage | undefined>;
}
