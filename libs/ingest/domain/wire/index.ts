import type { WireFormat } from '../received-batch.js';
import { readCloudEvent } from './cloud-event.js';
import { readCloudEventBatch } from './cloud-event-batch.js';
import { readJson } from './json.js';
import { readNdjson } from './ndjson.js';

/** How a body of each media type is read. */
export const WIRE_FORMATS: Readonly<Record<string, WireFormat>> = {
  'application/json': readJson,
  'application/x-ndjson': readNdjson,
  'application/ndjson': readNdjson,
  'application/cloudevents+json': readCloudEvent,
  'application/cloudevents-batch+json': readCloudEventBatch,
};
