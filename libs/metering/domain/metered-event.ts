import type { EpochMicros, EpochMs } from '#calendar';
import type { Modality, TokenClass, TokenCounts, UnitCounts, UsageUnit } from '#token';
import type { UsageDimension } from './metered-usage.js';

/** Tokens of an event that are not text. */
export interface EventPart {
  readonly modality: Modality;
  readonly tokens: TokenCounts;
}

/** An event as it was let in, and what it is counted under. */
export interface MeteredEvent {
  readonly source: string;
  readonly id: string;
  /** As the database orders it: tells apart events of one instant. */
  readonly identity: string;
  readonly occurredAt: EpochMicros;
  readonly receivedAt: EpochMs;
  readonly dimension: UsageDimension;
  /** Of text. */
  readonly tokens: TokenCounts;
  readonly parts: readonly EventPart[];
  readonly units: UnitCounts;
  /** Null: it came without. */
  readonly inferenceMicros: bigint | null;
  readonly prefillMicros: bigint | null;
  readonly decodeMicros: bigint | null;
  readonly tags: Readonly<Record<string, string>> | null;
}

/**
 * What an event must count some of. `requests`: it is enough that it is there. `tokens`: of a class, of text (null) or of a
 * modality, in whose own dimension they count.
 */
export type EventMeasure =
  | { readonly of: 'requests' }
  | { readonly of: 'tokens'; readonly tokenClass: TokenClass; readonly modality: Modality | null }
  | { readonly of: 'unit'; readonly unit: UsageUnit };
