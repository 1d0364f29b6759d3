import type { EpochMs } from '#calendar';
import type { PoolSize, UsageBlock } from '../domain/index.js';

export interface ReadBlocksInput {
  readonly accountId: number;
  /** Inclusive, on a charge period's edge. */
  readonly start: EpochMs;
  /** Exclusive, on a charge period's edge. */
  readonly end: EpochMs;
  /** The moment to see (`UsageSnapshots`); without one that of the reading's begin. */
  readonly snapshot?: string | undefined;
  /** Usage on these pools alone, null: on none; absent: all usage. */
  readonly pools?: readonly (string | null)[] | undefined;
}

/**
 * Reads the buckets of an interval as blocks, in the order of charge periods; within one the order is not defined. Streams:
 * memory grows with the number of dimensions and the size of a charge period, not with the interval.
 */
export interface UsageBlockReader {
  read(input: ReadBlocksInput): AsyncIterable<UsageBlock>;
  /** Of every pool that usage was ever on. */
  sizes(accountId: number): Promise<readonly PoolSize[]>;
}

export const USAGE_BLOCK_READER = Symbol('UsageBlockReader');
