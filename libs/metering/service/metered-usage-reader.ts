import type { EpochMs } from '#calendar';
import type { MeteredUsage } from '../domain/index.js';

/** Where sums are taken from: the buckets that ingest keeps, or the raw events summed anew. Both must agree. */
export type UsageOrigin = 'buckets' | 'events';

export interface ReadUsageInput {
  readonly accountId: number;
  /** Inclusive, on a charge period's edge. */
  readonly start: EpochMs;
  /** Exclusive, on a charge period's edge. */
  readonly end: EpochMs;
  readonly origin: UsageOrigin;
  /** Where usage on these pools alone is of interest, null: on none. Other usage may be left out then. */
  readonly pools?: readonly (string | null)[] | undefined;
  /** The moment to see (`UsageSnapshots`); without one that of the reading's begin. */
  readonly snapshot?: string | undefined;
}

/**
 * Reads metered usage of an interval, in chunks, ordered by charge period, then by dimension key in code-unit order
 * (`collate "C"`). Streams: memory does not grow with the interval.
 */
export interface MeteredUsageReader {
  read(input: ReadUsageInput): AsyncIterable<readonly MeteredUsage[]>;
}

export const METERED_USAGE_READER = Symbol('MeteredUsageReader');
