import type { EpochMs } from '#calendar';
import type { CostCenterVersion } from '../domain/index.js';

/** A version as it was recorded. */
export interface RecordedCostCenterVersion extends CostCenterVersion {
  readonly recordedAt: EpochMs;
  readonly recordedBy: string | null;
}

export interface CostCenter {
  readonly costCenter: string;
  /** Ascending by version; at least one. */
  readonly versions: readonly RecordedCostCenterVersion[];
}

export interface CostCenterPage {
  readonly accountId: number;
  /** Cost centres with a greater name in code-unit order. */
  readonly after: string | undefined;
  readonly limit: number;
}

export interface CostCenterStore {
  /** Sorted by name in code-unit order. */
  list(page: CostCenterPage): Promise<readonly CostCenter[]>;
  find(accountId: number, costCenter: string): Promise<CostCenter | undefined>;
  /**
   * Adds a version with nobody else changing the account's directory meanwhile. `decide` sees the versions so far and answers
   * with the one to add, or undefined for none.
   */
  change(
    accountId: number,
    costCenter: string,
    decide: (versions: readonly RecordedCostCenterVersion[]) => Omit<RecordedCostCenterVersion, 'version'> | undefined,
  ): Promise<void>;
}
