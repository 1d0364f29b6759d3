import type { EpochMs } from '#calendar';
import type { UsageEvent } from '../domain/index.js';

/** The database as it is within one transaction of the worker. */
export interface FlushSession {
  /** Rows as arrays of columns, as the driver gives them: bigint and numeric are strings. */
  query(text: string, values: readonly unknown[]): Promise<readonly (readonly unknown[])[]>;
  /** Sends bytes to a `copy … from stdin`. */
  copy(text: string, bytes: Uint8Array): Promise<void>;
}

/** An event and when it came in. */
export interface ReceivedEvent {
  readonly event: UsageEvent;
  readonly receivedAt: EpochMs;
}

/** Stores new events of one account within the session's transaction. Throws `UnstorableError`. */
export type WriteEvents = (session: FlushSession) => Promise<void>;

/**
 * Where new events go. Each is given once, however often it was sent: what is written is right exactly when the
 * transaction that let it in commits.
 */
export interface EventSink {
  /**
   * Makes ready, outside the transaction, what the events will refer to; that it stays when they are not written harms
   * nothing. Throws `UnstorableError`.
   */
  prepare(accountId: number, events: readonly ReceivedEvent[]): Promise<WriteEvents>;
}

export const EVENT_SINK = Symbol('EventSink');
