import type { EpochMs } from '#calendar';
import type { CapacityPurchase, CostRecord, PoolPolicy } from '../domain/index.js';

export interface PoolInputs {
  readonly pool: string;
  readonly policies: readonly PoolPolicy[];
  /** Current versions of the records that touch the interval. */
  readonly costRecords: readonly CostRecord[];
  /** Current versions of the purchases whose term touches it. */
  readonly purchases: readonly CapacityPurchase[];
}

/** Loads every pool of the account with its policies and the records and purchases that touch [start, end); sorted by pool. */
export interface PoolCostReader {
  load(accountId: number, start: EpochMs, end: EpochMs): Promise<readonly PoolInputs[]>;
}

export const POOL_COST_READER = Symbol('PoolCostReader');
