import type { EpochMs } from '#calendar';

/** How many events of an interval are known, and how many are kept. */
export interface IntakeCounts {
  readonly identities: bigint;
  readonly events: bigint;
}

export interface IntakeReader {
  /**
   * When the last of the requests came that were accepted, are not metered yet and may hold events from `start` on; null when
   * there is none.
   */
  lastWaiting(accountId: number, start: EpochMs): Promise<EpochMs | null>;
  /** Events of such requests that came no later than `receivedUntil`. */
  countWaiting(accountId: number, start: EpochMs, receivedUntil: EpochMs): Promise<bigint>;
  /** Refused events that were received from `start` on and that nobody has replayed or let go. */
  countOpenQuarantine(accountId: number, start: EpochMs): Promise<bigint>;
  /** Whether any usage, cost record, purchase or shared cost lies before an instant. */
  hasEarlier(accountId: number, start: EpochMs): Promise<boolean>;
  /** The buckets of an interval in sums: another one when any usage has come. `snapshot` as elsewhere. */
  usageFingerprint(accountId: number, start: EpochMs, end: EpochMs, snapshot: string | undefined): Promise<string>;
  /** Counts what occurred in [start, end), as of the snapshot. */
  count(accountId: number, start: EpochMs, end: EpochMs, snapshot: string): Promise<IntakeCounts>;
}

export const INTAKE_READER = Symbol('IntakeReader');
