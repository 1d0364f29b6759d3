import type { EpochMicros, EpochMs } from '#calendar';
import type { EventMeasure, MeteredEvent } from '../domain/index.js';

/** The name of a bucket: a charge period, by its start, and the canonical text of a dimension. */
export interface BucketName {
  readonly chargePeriod: EpochMs;
  readonly dimensionKey: string;
}

/** The place of an event in the order in which events are read. */
export interface EventPlace {
  readonly occurredAt: EpochMicros;
  readonly identity: string;
}

export interface ReadEventsInput {
  readonly accountId: number;
  /** In whose sums the events are; at least one. What lies between the first period and the last is gone through. */
  readonly buckets: readonly BucketName[];
  readonly measure: EventMeasure;
  /** Only those that come after it. */
  readonly after: EventPlace | undefined;
  readonly limit: number;
  /** The moment to see (`UsageSnapshots`); without one that of the reading. */
  readonly snapshot?: string | undefined;
}

/** Reads the events that buckets are the sums of, by time, then by identity. */
export interface UsageEventReader {
  read(input: ReadEventsInput): Promise<readonly MeteredEvent[]>;
}

export const USAGE_EVENT_READER = Symbol('UsageEventReader');
