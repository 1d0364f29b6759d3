import type { EpochMs } from '#calendar';
import type { PoolKind, SharedCost } from '../domain/index.js';
import type { StoredCounts } from './cost-record-store.js';

/** What a shared cost says, before it is stored. `listAmount` null: the amount itself. */
export type SharedCostDraft = Omit<SharedCost, 'sharedCostId' | 'version' | 'listAmount'> & {
  readonly listAmount: bigint | null;
};

export interface RecordedSharedCost extends SharedCost {
  readonly recordedAt: EpochMs;
  readonly recordedBy: string | null;
}

export interface StoreSharedCostsInput {
  readonly accountId: number;
  /** No two with the same natural key. */
  readonly drafts: readonly SharedCostDraft[];
  readonly recordedAt: EpochMs;
  readonly recordedBy: string | null;
}

/** Where a page begins: after the cost with this pool, start and id. */
export interface SharedCostPosition {
  readonly pool: string;
  readonly validFrom: EpochMs;
  readonly sharedCostId: string;
}

export interface SharedCostPage {
  readonly accountId: number;
  readonly pool: string | undefined;
  readonly after: SharedCostPosition | undefined;
  readonly limit: number;
}

/** Two costs of one pool, description and vendor whose times overlap: both are billed. */
export interface SharedCostOverlap {
  /** The index among the drafts of the one that began later, or else of the earlier. */
  readonly draft: number;
  readonly earlierFrom: EpochMs;
  readonly laterFrom: EpochMs;
}

export interface SharedCostStore {
  /** All in one transaction. */
  store(input: StoreSharedCostsInput): Promise<StoredCounts>;
  /** Of the costs as they are stored, those that overlap, as far as one is among the drafts. Withdrawn ones do not count. */
  overlaps(accountId: number, drafts: readonly SharedCostDraft[]): Promise<readonly SharedCostOverlap[]>;
  /** Current versions, by pool (code-unit order), start and id. */
  list(page: SharedCostPage): Promise<readonly RecordedSharedCost[]>;
  /** All versions of a cost, ascending; empty if there is none. */
  versions(accountId: number, sharedCostId: string): Promise<readonly RecordedSharedCost[]>;
  /** The kinds of those of the names that are pools. */
  kindsOf(accountId: number, pools: readonly string[]): Promise<ReadonlyMap<string, PoolKind>>;
}
