import type { EventBatch } from './send-events.js';

/** An event of a file, as JSON without line breaks. */
export interface FileEvent {
  /** Where it stands: its line, or its number in a JSON list. */
  readonly place: number;
  readonly json: string;
  /** Bytes of the file it stands in, about. */
  readonly bytes: number;
}

/** A request's body stays below this, whatever the batch size. The server's default limit is 16 MiB. */
const LARGEST_BODY = 8 * 1024 * 1024;

/** Puts events together into batches of at most `size`, in order. */
export async function* batchEvents(events: AsyncIterable<FileEvent>, size: number): AsyncGenerator<EventBatch> {
  let batch = { events: [] as string[], places: [] as number[], bytes: 0 };
  let length = 0;
  for await (const { place, json, bytes } of events) {
    if (batch.events.length > 0 && (batch.events.length >= size || length + json.length > LARGEST_BODY)) {
      yield batch;
      batch = { events: [], places: [], bytes: 0 };
      length = 0;
    }
    batch.events.push(json);
    batch.places.push(place);
    batch.bytes += bytes;
    length += json.length + 1;
  }
  if (batch.events.length > 0) yield batch;
}
