import type { ApiClient } from '../client/api-client.js';
import type { Patience } from '../client/patience.js';
import { concurrently } from './concurrently.js';
import { type BatchOutcome, postEvents } from './post-events.js';

/** Events that go in one request. */
export interface EventBatch {
  /** One JSON text without line breaks for each event. */
  readonly events: readonly string[];
  /** Where they stand in the file, ascending; as many. */
  readonly places: readonly number[];
  /** Bytes of the file that they stand in, about. */
  readonly bytes: number;
}

export interface SendOptions {
  readonly client: ApiClient;
  readonly patience: Patience;
  /** Requests under way at a time. */
  readonly concurrency: number;
  /** Called when the server has metered a batch, in no certain order. */
  readonly onMetered: (batch: EventBatch, outcome: BatchOutcome) => Promise<void>;
}

/** Sends the batches and waits until all of them are metered. Repeats what gets no answer, for an event counts once. */
export async function sendEvents(batches: AsyncIterable<EventBatch>, options: SendOptions): Promise<void> {
  const { client, patience, concurrency, onMetered } = options;
  await concurrently(batches, concurrency, async (batch) => {
    await onMetered(batch, await postEvents(client, patience, batch.events));
  });
}
