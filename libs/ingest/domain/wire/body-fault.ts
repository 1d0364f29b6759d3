import { fail, type Outcome } from '#outcome';
import type { JsonFault } from '../json-scan.js';
import { invalidUtf8At } from '../utf8.js';

/** The body as a whole cannot be read: nothing of it is taken, and it says where. */
export function malformedBody({ position, detail }: JsonFault): Outcome<never> {
  return fail({
    kind: 'invalid',
    code: 'ingest.malformed_json',
    detail: `The body is not JSON: at byte ${position} it ${detail}. Nothing of it was taken.`,
  });
}

export function notUtf8(body: Uint8Array): Outcome<never> {
  const position = invalidUtf8At(body);
  return fail({
    kind: 'invalid',
    code: 'ingest.invalid_utf8',
    detail: `The body is not UTF-8 from byte ${position} on. Nothing of it was taken.`,
  });
}

export function emptyBatch(): Outcome<never> {
  return fail({ kind: 'invalid', code: 'ingest.empty_batch', detail: 'There is no event in the body.' });
}

export function tooManyEvents(maxEvents: number): Outcome<never> {
  return fail({
    kind: 'too_large',
    code: 'ingest.too_many_events',
    detail: `The batch has more than ${maxEvents} events, which is the most taken at once. Send it in parts.`,
  });
}
