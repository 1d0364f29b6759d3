import { fail, type Outcome, succeed } from '#outcome';
import type { RawEvent } from '../check-event.js';
import { duplicateKeyIn } from '../duplicate-key.js';
import { isRecord, typeName } from '../fields.js';
import { scanJson } from '../json-scan.js';
import type { ReadingRules } from '../received-batch.js';
import { pointerStep, type Refusal } from '../refusal.js';
import { decodeUtf8 } from '../utf8.js';
import { malformedBody, notUtf8 } from './body-fault.js';
import { tooDeep } from './json-document.js';

const MEMBER = 'event';

/**
 * Reads `{"event": …}`, a refused event put right, as closely as events are read at the door; undefined when it has no
 * event. Fails when the body as a whole cannot be read; what is wrong with the event alone is a refusal.
 */
export function readCorrectedEvent(
  body: Uint8Array,
  rules: Pick<ReadingRules, 'maxDepth'>,
): Outcome<RawEvent | Refusal | undefined> {
  const scan = scanJson(body);
  if ('position' in scan) return malformedBody(scan);
  const text = decodeUtf8(body);
  if (text === undefined) return notUtf8(body);
  if (scan.isArray) return unlike('', 'must be an object, is an array');
  // One level is the body's own.
  if (scan.elements.some(({ depth }) => depth > rules.maxDepth + 1)) return succeed(tooDeep(rules));
  const parsed: unknown = JSON.parse(text);
  if (!isRecord(parsed)) return unlike('', `must be an object, is ${typeName(parsed)}`);
  const unknown = Object.keys(parsed).find((key) => key !== MEMBER);
  if (unknown !== undefined) return unlike(pointerStep(unknown), 'is not a field of the body');
  const twice = duplicateKeyIn(text);
  if (twice === pointerStep(MEMBER)) return unlike(twice, 'is there twice');
  if (!(MEMBER in parsed)) return succeed(undefined);
  const duplicateKey = () => twice?.slice(pointerStep(MEMBER).length);
  return succeed({ value: parsed[MEMBER], members: undefined, duplicateKey });
}

function unlike(pointer: string, detail: string): Outcome<never> {
  return fail({
    kind: 'invalid',
    code: 'request.invalid',
    detail: 'The body is not as it must be.',
    errors: [{ pointer, code: 'request.invalid', detail }],
  });
}
