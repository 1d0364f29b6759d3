import type { EpochMs } from '#calendar';
import type { CountName, QuotaAmount, UsageRecord } from '../domain/index.js';
import type { CountOrder } from './count-ledger.js';

/** What is stored of a count. */
export interface StoredCount {
  readonly name: CountName;
  readonly used: QuotaAmount;
  readonly settled: QuotaAmount;
  readonly held: QuotaAmount;
}

/** What reservations come to in a count. */
export interface ReservedSums {
  readonly name: CountName;
  readonly settled: QuotaAmount;
  /** 0 where another store than Postgres keeps what is held. */
  readonly held: QuotaAmount;
}

/** All that counts are made of, as it is at one moment. */
export interface AuditMoment {
  /** Events from a time on, some thousand at a time. */
  metered(from: EpochMs): AsyncIterable<readonly UsageRecord[]>;
  /** Usage that is among the events and waits to be counted. */
  readonly waiting: readonly UsageRecord[];
  /** Of the series and windows asked for. */
  readonly counts: readonly StoredCount[];
  readonly reserved: readonly ReservedSums[];
}

/** What is to be added to a count, so that it says what it should. */
export interface CountCorrection {
  /** Makes the count where it is not there. */
  readonly order: CountOrder;
  readonly used: QuotaAmount;
  readonly settled: QuotaAmount;
  readonly held: QuotaAmount;
}

export interface AuditWork<T> {
  readonly corrections: readonly CountCorrection[];
  readonly result: T;
}

/** Looks at counts and what they are made of at one moment, and puts them right, one at a time for an account. */
export interface UsageAudit {
  /**
   * Undefined: somebody else is at it. The corrections are added to whatever the counts have become meanwhile: what was counted since is in none of them. Those of a count
   * that is not there make it.
   */
  run<T>(
    accountId: number,
    /** Windows that end after it are looked at. */
    scope: { readonly seriesIds: readonly string[]; readonly endAfter: EpochMs },
    work: (moment: AuditMoment) => Promise<AuditWork<T>>,
  ): Promise<T | undefined>;
  /** Remembers that the series count what had been used before they were there; for good if they were made to before that time too. */
  markSeeded(accountId: number, seriesIds: readonly string[], at: EpochMs, before: EpochMs): Promise<void>;
  /** Those of the series that do not, or were made to once, and before that time. */
  unseeded(accountId: number, seriesIds: readonly string[], before: EpochMs): Promise<readonly string[]>;
}
