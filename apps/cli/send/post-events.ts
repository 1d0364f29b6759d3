import { setTimeout as sleep } from 'node:timers/promises';
import { type BatchWire, batchWire } from '#contract';
import type { ApiClient } from '../client/api-client.js';
import type { Patience } from '../client/patience.js';
import type { Counts } from './tally.js';

export interface EventFault {
  /** Its place in the batch. */
  readonly index: number;
  readonly code: string;
  readonly detail: string;
}

/** What became of the events of a request. */
export interface BatchOutcome extends Counts {
  readonly batchId: string;
  /** Of the rejected ones. */
  readonly faults: readonly EventFault[];
}

/** Seconds the server is asked to hold its answer until the events are metered. */
const WAIT_SECONDS = 20;
const POLL_MS = 500;

/** Sends events, each one JSON text without line breaks, and waits until the server has metered them. */
export async function postEvents(
  client: ApiClient,
  patience: Patience,
  events: readonly string[],
): Promise<BatchOutcome> {
  const body = `${events.join('\n')}\n`;
  const headers = { 'content-type': 'application/x-ndjson', prefer: `wait=${WAIT_SECONDS}` };
  let batch = await patience.run(() => client.request('POST', '/v1/events', batchWire, { body, headers }));
  const { batchId } = batch;
  while (batch.state === 'pending') {
    await sleep(POLL_MS);
    batch = await patience.run(() => findBatch(client, batchId));
  }
  return toOutcome(batch);
}

export function findBatch(client: ApiClient, batchId: string): Promise<BatchWire> {
  return client.get(`/v1/batches/${encodeURIComponent(batchId)}`, batchWire);
}

function toOutcome({ batchId, accepted, duplicates, rejected, events }: BatchWire): BatchOutcome {
  const faults = events.flatMap((event) =>
    event.outcome === 'rejected'
      ? [{ index: event.index, code: event.code, detail: `${event.pointer} ${event.detail}`.trim() }]
      : [],
  );
  return { batchId, accepted, duplicate: duplicates, rejected, faults };
}
