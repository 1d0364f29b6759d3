import type { EpochMs } from '#calendar';
import type { CountName, QuotaAmount, UsageRecord } from '../domain/index.js';

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
  /** Of the series asked for. */
  readonly counts: readonly StoredCount[];
  readonly reserved: readonly ReservedSums[];
}

/** What is to be added to a count, so that it says what it should. */
export interface CountCorrection {
  readonly name: CountName;
  readonly end: EpochMs;
  readonly isSlice: boolean;
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
   * The corrections are added to whatever the counts have become meanwhile: what was counted since is in none of them. Those of a count
   * that is not there make it.
   */
  run<T>(
    accountId: number,
    seriesIds: readonly string[],
    work: (moment: AuditMoment) => Promise<AuditWork<T>>,
  ): Promise<T>;
  /** Remembers that the series count what had been used before they were there. */
  markSeeded(accountId: number, seriesIds: readonly string[], at: EpochMs): Promise<void>;
  /** Those of the series that do not, or were made to once, and before that time. */
  unseeded(accountId: number, seriesIds: readonly string[], before: EpochMs): Promise<readonly string[]>;
}

export const USAGE_AUDIT = Symbol('UsageAudit');
