import type { CostCenterInputs } from '../domain/index.js';

/** Loads every cost centre of which something was said, sorted by name in code-unit order, with its versions in order. */
export interface CostCenterReader {
  load(accountId: number): Promise<readonly CostCenterInputs[]>;
}

export const COST_CENTER_READER = Symbol('CostCenterReader');
