import { fail } from '#outcome';
import type { WireFormat } from '../received-batch.js';
import { readCloudEvent } from './cloud-event.js';

const OPEN_ARRAY = '[';

/** `application/cloudevents-batch+json`: an array of CloudEvents, which may be empty by the standard but not here. */
export const readCloudEventBatch: WireFormat = (body, rules) => {
  const first = body.find((byte) => byte > 0x20);
  if (first !== undefined && first !== OPEN_ARRAY.charCodeAt(0) && first !== 0xef) {
    return fail({ kind: 'invalid', code: 'ingest.not_an_array', detail: 'A batch of CloudEvents is a JSON array.' });
  }
  return readCloudEvent(body, rules);
};
