import type { EpochMs } from '#calendar';
import type { SharedCost, SharedPolicy } from '../domain/index.js';

export interface SharedPoolInputs {
  readonly pool: string;
  readonly policies: readonly SharedPolicy[];
  /** Current versions of the costs that touch the interval. */
  readonly sharedCosts: readonly SharedCost[];
}

/** Loads every shared pool of the account with its policies and the costs that touch [start, end); sorted by pool. */
export interface SharedCostReader {
  load(accountId: number, start: EpochMs, end: EpochMs): Promise<readonly SharedPoolInputs[]>;
}

export const SHARED_COST_READER = Symbol('SharedCostReader');
