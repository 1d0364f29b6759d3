import type { KeyedDimension } from '../domain/index.js';

/** Dimensions by the numbers that events and buckets refer to them by. They never change. */
export interface DimensionReader {
  /** Those that are there. */
  find(accountId: number, ids: ReadonlySet<number>): Promise<ReadonlyMap<number, KeyedDimension>>;
}

export const DIMENSION_READER = Symbol('DimensionReader');
