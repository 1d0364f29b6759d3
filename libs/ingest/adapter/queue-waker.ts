import type { QueuePort } from '#platform';
import type { WorkerWaker } from '../service/wake-worker.js';

/** The queue that the ingest worker listens to. */
export const INGEST_QUEUE = 'ingest';

/** Puts the names of inbox rows on the worker's queue. */
export class QueueWaker implements WorkerWaker {
  constructor(private readonly queue: QueuePort) {}

  wake(inboxIds: readonly string[]): Promise<void> {
    return this.queue.enqueue(INGEST_QUEUE, [{ name: 'flush', payload: { inboxIds } }]);
  }
}
