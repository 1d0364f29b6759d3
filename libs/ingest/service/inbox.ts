import type { EpochMs } from '#calendar';
import type { EventOutcome, RefusedEvent } from '../domain/index.js';

/** A refused event as it is kept. */
export interface QuarantineEntry extends RefusedEvent {
  readonly quarantineId: string;
}

/** Requests committed together. */
export interface NewInboxRow {
  readonly accountId: number;
  readonly inboxId: string;
  readonly receivedAt: EpochMs;
  readonly eventCount: number;
  /** Null when all events of it were refused: it is finished as it is written. */
  readonly payload: string | null;
  readonly refused: readonly QuarantineEntry[];
  /** A quarantined event that goes with this row as its second try; the row is not written unless it is still open. */
  readonly replay?: { readonly quarantineId: string; readonly batchId: string; readonly by: string | null };
}

/** What waits for the worker. */
export interface InboxLoad {
  readonly waitingEvents: number;
  /** When the oldest of it was received; null when nothing waits. */
  readonly oldestReceivedAt: EpochMs | null;
}

export interface InboxRowKey {
  readonly accountId: number;
  readonly inboxId: string;
}

export interface InboxRowStatus {
  readonly receivedAt: EpochMs;
  readonly eventCount: number;
  readonly finishedAt: EpochMs | null;
  /** Those of the slice asked for that are not plainly accepted, by their place in the row, ascending. */
  readonly exceptions: readonly EventOutcome[];
}

/** The durable queue between the door and the worker. */
export interface Inbox {
  /**
   * Writes the rows and their refused events in one transaction. Throws `UnstorableError`. False: a replay's event was no
   * longer open, and nothing was written.
   */
  append(rows: readonly NewInboxRow[]): Promise<boolean>;
  load(): Promise<InboxLoad>;
  /** Those of the rows that the worker has finished. */
  finished(rows: readonly InboxRowKey[]): Promise<readonly InboxRowKey[]>;
  /** The fate of the events `[offset, offset + count)` of a row; undefined when there is no such row. */
  status(accountId: number, inboxId: string, offset: number, count: number): Promise<InboxRowStatus | undefined>;
  /** Deletes at most `limit` rows finished before the instant; the number deleted. */
  purge(finishedBefore: EpochMs, limit: number): Promise<number>;
}

export const INBOX = Symbol('Inbox');
