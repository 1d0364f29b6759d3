import type { Notification } from '../domain/index.js';

/** A transaction that somebody has open: TypeORM's `EntityManager` in one, or a session of a flush. */
export interface OutboxSession {
  query(text: string, values: unknown[]): Promise<unknown>;
}

/** Tells people, through whichever channels the account has. */
export interface NotificationOutbox {
  /**
   * Writes the notifications in the transaction of what they tell of: they are sent if it commits, and never were if it does not.
   * One whose key the account has had is left out, at whatever time and by whomever; while another transaction is about to write the
   * same, this waits for its end. What is too long in one is cut (`fitted`). Throws, with nothing written, for what is no topic.
   */
  append(session: OutboxSession, notifications: readonly Notification[]): Promise<void>;
  /** Calls a worker, after the commit. Without it they are found within `APPORTION_SWEEP_INTERVAL_MS`. */
  wake(): void;
}

export const NOTIFICATION_OUTBOX = Symbol('NotificationOutbox');
