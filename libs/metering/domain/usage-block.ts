import { TOKEN_CLASSES, type TokenClass } from '#token';
import type { UsageDimension } from './metered-usage.js';

/** A dimension with its canonical text. */
export interface KeyedDimension {
  readonly dimension: UsageDimension;
  readonly dimensionKey: string;
}

/** The measures of a block's row, in the order in which they lie: requests, the token classes, times, untimed requests. */
export const USAGE_MEASURES = {
  requests: 0,
  tokens: 1,
  inferenceMicros: 7,
  prefillMicros: 8,
  decodeMicros: 9,
  untimedRequests: 10,
  count: 11,
} as const;

/** Where a class's tokens lie among the measures of a row. */
export const TOKEN_MEASURES: readonly (readonly [TokenClass, number])[] = TOKEN_CLASSES.map((tokenClass, i) => [
  tokenClass,
  USAGE_MEASURES.tokens + i,
]);

/**
 * Metered usage of whole charge periods in columns, for readers that go through a month of it at once: no object and no
 * bigint per row. Rows of one charge period lie together.
 */
export interface UsageBlock {
  readonly rows: number;
  /** Start of each row's charge period. */
  readonly chargePeriods: Float64Array;
  /** Each row's dimension: its place in the list that `added` of this block and those before it make up. */
  readonly dimensions: Int32Array;
  /**
   * Row by row, `USAGE_MEASURES.count` each. Whole numbers; one that a double cannot hold exactly is infinity, and the
   * charge period must be read from `MeteredUsageReader` instead.
   */
  readonly measures: Float64Array;
  /** Dimensions that no earlier block had. */
  readonly added: readonly KeyedDimension[];
}

/** How many dimensions usage on a pool, or (null) on none, has had in all months. */
export interface PoolSize {
  readonly pool: string | null;
  readonly dimensions: number;
}
