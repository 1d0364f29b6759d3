import type { UnitUsage } from '../domain/index.js';
import type { ReadBlocksInput } from './usage-block-reader.js';

/**
 * Reads what was used beside tokens in an interval, in chunks, in the order of charge periods: the part of metered usage
 * that blocks do not have. Most accounts have none.
 */
export interface UnitUsageReader {
  read(input: ReadBlocksInput): AsyncIterable<readonly UnitUsage[]>;
}

export const UNIT_USAGE_READER = Symbol('UnitUsageReader');
