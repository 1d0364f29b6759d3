import { type Outcome, succeed } from '#outcome';
import type { RawEvent } from '../check-event.js';
import { duplicateKeyIn } from '../duplicate-key.js';
import { type JsonElement, scanJson } from '../json-scan.js';
import { BatchBuilder, type ReadingRules, type ReceivedBatch } from '../received-batch.js';
import { type Refusal, refuse } from '../refusal.js';
import type { UsageEvent } from '../usage-event.js';
import { decodeUtf8 } from '../utf8.js';
import { emptyBatch, malformedBody, notUtf8, tooManyEvents } from './body-fault.js';

/** Makes an event, or says why not, of one value of a document. */
export type CheckElement = (raw: RawEvent) => UsageEvent | Refusal;

/** Reads one JSON value, or an array of them, as events. */
export function readDocument(body: Uint8Array, rules: ReadingRules, check: CheckElement): Outcome<ReceivedBatch> {
  const values = parseElements(body, rules);
  if (!values.ok) return values;
  const batch = new BatchBuilder();
  for (const { element, value } of values.value) {
    const bytes = () => body.subarray(element.start, element.end);
    batch.add(element.depth > rules.maxDepth ? tooDeep(rules) : check(rawEvent(value, element, bytes)), bytes, value);
  }
  return batch.build();
}

export function rawEvent(value: unknown, { members }: JsonElement, bytes: () => Uint8Array): RawEvent {
  return { value, members, duplicateKey: () => duplicateKeyIn(decodeUtf8(bytes()) ?? '') };
}

export function tooDeep({ maxDepth }: Pick<ReadingRules, 'maxDepth'>): Refusal {
  return refuse('event.too_deep', '', `nests deeper than ${maxDepth} levels`);
}

interface ParsedElement {
  readonly element: JsonElement;
  /** Undefined when it nests too deep to be built. */
  readonly value: unknown;
}

function parseElements(body: Uint8Array, rules: ReadingRules): Outcome<readonly ParsedElement[]> {
  const scan = scanJson(body, rules.maxEvents);
  if ('position' in scan) return isBlank(body) ? emptyBatch() : malformedBody(scan);
  const { elements, isArray } = scan;
  if (elements.length === 0) return emptyBatch();
  if (elements.length > rules.maxEvents) return tooManyEvents(rules.maxEvents);
  const text = decodeUtf8(body);
  if (text === undefined) return notUtf8(body);
  const shallow = elements.every(({ depth }) => depth <= rules.maxDepth);
  if (!shallow) return succeed(elements.map((element) => ({ element, value: parseShallow(body, element, rules) })));
  // One call for all is faster than one for each.
  const parsed: unknown = JSON.parse(text);
  const values: readonly unknown[] = isArray && Array.isArray(parsed) ? parsed : [parsed];
  return succeed(elements.map((element, i) => ({ element, value: values[i] })));
}

function parseShallow(body: Uint8Array, { start, end, depth }: JsonElement, { maxDepth }: ReadingRules): unknown {
  return depth > maxDepth ? undefined : JSON.parse(decodeUtf8(body.subarray(start, end)) ?? 'null');
}

function isBlank(body: Uint8Array): boolean {
  return body.every((byte) => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09);
}
