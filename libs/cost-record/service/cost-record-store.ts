import type { EpochMs } from '#calendar';
import type { CostRecord, PoolKind } from '../domain/index.js';

/** What a cost record says, before it is stored. */
export type CostRecordDraft = Omit<CostRecord, 'costRecordId' | 'version'>;

export interface RecordedCostRecord extends CostRecord {
  readonly recordedAt: EpochMs;
  readonly recordedBy: string | null;
}

export interface StoreCostRecordsInput {
  readonly accountId: number;
  /** No two with the same natural key. */
  readonly drafts: readonly CostRecordDraft[];
  readonly recordedAt: EpochMs;
  readonly recordedBy: string | null;
}

/** How many records were new, differed from what was known and got a new version, or were known as they are. */
export interface StoredCounts {
  readonly created: number;
  readonly corrected: number;
  readonly unchanged: number;
}

/** A record without an end, and one of the same instances that began while it was standing: both are billed. */
export interface OpenOverlap {
  /** The index among the drafts of the one that began later, or else of the one without an end. */
  readonly draft: number;
  readonly openFrom: EpochMs;
  readonly laterFrom: EpochMs;
}

/** Where a page begins: after the record with this pool, start and id. */
export interface CostRecordPosition {
  readonly pool: string;
  readonly validFrom: EpochMs;
  readonly costRecordId: string;
}

export interface CostRecordPage {
  readonly accountId: number;
  readonly pool: string | undefined;
  readonly after: CostRecordPosition | undefined;
  readonly limit: number;
}

export interface CostRecordStore {
  /** All in one transaction. */
  store(input: StoreCostRecordsInput): Promise<StoredCounts>;
  /**
   * Of the records as they are stored, those without an end that another of the same pool, provider, region, instance
   * type and pricing model has followed, as far as one of the two is among the drafts. Withdrawn ones do not count.
   */
  openOverlaps(accountId: number, drafts: readonly CostRecordDraft[]): Promise<readonly OpenOverlap[]>;
  /** Current versions, by pool (code-unit order), start and id. */
  list(page: CostRecordPage): Promise<readonly RecordedCostRecord[]>;
  /** All versions of a record, ascending; empty if there is none. */
  versions(accountId: number, costRecordId: string): Promise<readonly RecordedCostRecord[]>;
  /** The kinds of those of the names that are pools. */
  kindsOf(accountId: number, pools: readonly string[]): Promise<ReadonlyMap<string, PoolKind>>;
}
