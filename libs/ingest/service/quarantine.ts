import type { EpochMs } from '#calendar';
import type { EventCode } from '../domain/index.js';

export const QUARANTINE_STATES = ['open', 'replayed', 'discarded'] as const;
export type QuarantineState = (typeof QUARANTINE_STATES)[number];

/** A refused event, kept until somebody puts it right or lets it go; its record stays after that. */
export interface QuarantinedEvent {
  readonly quarantineId: string;
  readonly receivedAt: EpochMs;
  readonly state: QuarantineState;
  readonly code: EventCode;
  readonly pointer: string;
  readonly detail: string;
  readonly source: string | null;
  readonly id: string | null;
  /** The batch in which it came. */
  readonly inboxId: string;
  readonly index: number;
  readonly resolvedAt: EpochMs | null;
  readonly resolvedBy: string | null;
  /** The batch by which it was replayed, or why it was let go. */
  readonly replayBatchId: string | null;
  readonly discardReason: string | null;
}

export interface QuarantinedEventWithRaw extends QuarantinedEvent {
  readonly raw: Uint8Array;
}

export interface ListQuarantineInput {
  readonly accountId: number;
  readonly state: QuarantineState | undefined;
  readonly code: EventCode | undefined;
  /** The id of the last one seen; the list goes from the newest to the oldest. */
  readonly after: string | undefined;
  readonly limit: number;
}

export interface DiscardInput {
  readonly accountId: number;
  readonly quarantineId: string;
  readonly by: string | null;
  readonly reason: string;
}

export interface QuarantineStore {
  list(input: ListQuarantineInput): Promise<readonly QuarantinedEvent[]>;
  find(accountId: number, quarantineId: string): Promise<QuarantinedEventWithRaw | undefined>;
  /** False when it is not open. */
  discard(input: DiscardInput): Promise<boolean>;
  /** The content that is counted under an identity; undefined when none is. */
  contentOf(accountId: number, identity: string): Promise<string | undefined>;
}

export const QUARANTINE_STORE = Symbol('QuarantineStore');
