import type { EpochMs } from '#calendar';
import type { EventOutcome, UsageEvent } from '../domain/index.js';
import type { FlushSession } from './event-sink.js';
import type { QuarantineEntry } from './inbox.js';

/** An inbox row that this transaction alone holds. */
export interface ClaimedRow {
  readonly accountId: number;
  readonly inboxId: string;
  readonly receivedAt: EpochMs;
  readonly eventCount: number;
  readonly payload: string;
}

export interface FinishedRow {
  readonly accountId: number;
  readonly inboxId: string;
  readonly receivedAt: EpochMs;
  /** All that is not plainly accepted and not refused at the door, ascending by index. */
  readonly outcomes: readonly EventOutcome[];
  readonly refused: readonly QuarantineEntry[];
}

export interface FlushTransaction {
  readonly session: FlushSession;
  /** Locks waiting rows, the oldest first, that nobody else holds: of at most that many events, but one row if any waits. */
  claim(maxEvents: number): Promise<readonly ClaimedRow[]>;
  /**
   * Makes the events known, each of another identity. Returns those that were known before, by their place in the list.
   * Waits for another transaction that is about to make the same known. Throws `UnstorableError`.
   */
  register(accountId: number, events: readonly UsageEvent[]): Promise<readonly number[]>;
  /** The content of known events, by identity. */
  contents(accountId: number, identities: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Marks the rows as done, drops their payload, keeps their outcomes and what was refused. */
  finish(rows: readonly FinishedRow[]): Promise<void>;
  /** Runs the work so that the transaction can go on when it fails. */
  attempt<T>(work: () => Promise<T>): Promise<T>;
}

export interface FlushStore {
  /** Runs the work in one transaction, again after a deadlock or a serialization failure. */
  transact<T>(work: (transaction: FlushTransaction) => Promise<T>): Promise<T>;
}

export const FLUSH_STORE = Symbol('FlushStore');
