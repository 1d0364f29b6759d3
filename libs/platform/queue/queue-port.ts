/** One piece of work for a queue. The payload is JSON and small: ids, never what they stand for. */
export interface QueueJob {
  readonly name: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/**
 * The way work is handed to the worker. At least once, in no order: two runs of one job may overlap, and a job may be lost
 * with its queue, so whoever enqueues keeps what is to be done in the database and sweeps it up.
 */
export interface QueuePort {
  /** Adds all jobs in one step. Fails at once when the queue is out of reach; never waits for it to come back. */
  enqueue(queue: string, jobs: readonly QueueJob[]): Promise<void>;
  /** Answers when the queue can be reached, else throws. */
  ping(): Promise<void>;
}
