import type { EpochMs } from '#calendar';
import type { CapacityPurchase } from '../domain/index.js';
import type { StoredCounts } from './cost-record-store.js';

/** What is said of a purchase, before it is stored. */
export type PurchaseDraft = Omit<CapacityPurchase, 'version' | 'recordedFrom'>;

export interface RecordedPurchase extends CapacityPurchase {
  readonly recordedAt: EpochMs;
  readonly recordedBy: string | null;
}

export interface StorePurchasesInput {
  readonly accountId: number;
  /** No two of the same name. */
  readonly drafts: readonly PurchaseDraft[];
  readonly recordedAt: EpochMs;
  readonly recordedBy: string | null;
}

export interface PurchasePage {
  readonly accountId: number;
  readonly pool: string | undefined;
  /** The purchase that the page before ended with. */
  readonly after: string | undefined;
  readonly limit: number;
}

export interface PurchaseStore {
  /** All in one transaction. */
  store(input: StorePurchasesInput): Promise<StoredCounts>;
  /** Current versions, by name (code-unit order). */
  list(page: PurchasePage): Promise<readonly RecordedPurchase[]>;
  /** All versions of a purchase, ascending; empty if there is none. */
  versions(accountId: number, purchase: string): Promise<readonly RecordedPurchase[]>;
}
