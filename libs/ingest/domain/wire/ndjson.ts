import { checkEvent } from '../check-event.js';
import { scanJson } from '../json-scan.js';
import { BatchBuilder, type ReadingRules, type WireFormat } from '../received-batch.js';
import { type Refusal, refuse } from '../refusal.js';
import type { UsageEvent } from '../usage-event.js';
import { decodeUtf8, invalidUtf8At } from '../utf8.js';
import { emptyBatch, tooManyEvents } from './body-fault.js';
import { rawEvent, tooDeep } from './json-document.js';

const LINE_FEED = 0x0a;

/** `application/x-ndjson`: one native event a line. Blank lines are passed over; a broken line breaks no other. */
export const readNdjson: WireFormat = (body, rules) => {
  const lines = splitLines(body, rules.maxEvents);
  if (lines.length === 0) return emptyBatch();
  if (lines.length > rules.maxEvents) return tooManyEvents(rules.maxEvents);
  const batch = new BatchBuilder();
  for (const line of lines) {
    const { result, value } = readLine(line, rules);
    batch.add(result, () => line, value);
  }
  return batch.build();
};

interface ReadLine {
  readonly result: UsageEvent | Refusal;
  readonly value: unknown;
}

function readLine(line: Uint8Array, rules: ReadingRules): ReadLine {
  const refused = (refusal: Refusal): ReadLine => ({ result: refusal, value: undefined });
  const scan = scanJson(line);
  if ('position' in scan) {
    return refused(refuse('event.malformed_json', '', `is not JSON: at byte ${scan.position} the line ${scan.detail}`));
  }
  const text = decodeUtf8(line);
  if (text === undefined) {
    return refused(refuse('event.invalid_utf8', '', `is not UTF-8 from byte ${invalidUtf8At(line)} of the line on`));
  }
  const [element] = scan.elements;
  if (scan.isArray || !element) return refused(refuse('event.not_an_object', '', 'must be an object, is an array'));
  if (element.depth > rules.maxDepth) return refused(tooDeep(rules));
  const value: unknown = JSON.parse(text);
  return {
    result: checkEvent(
      rawEvent(value, element, () => line),
      rules,
    ),
    value,
  };
}

/** The lines that are not blank, without their ends; of more than `linesMax` no more than one beyond. */
function splitLines(body: Uint8Array, linesMax: number): Uint8Array[] {
  const lines: Uint8Array[] = [];
  let start = 0;
  while (start < body.length && lines.length <= linesMax) {
    const feed = body.indexOf(LINE_FEED, start);
    const end = feed < 0 ? body.length : feed;
    const line = trimBlanks(body.subarray(start, end));
    if (line.length > 0) lines.push(line);
    start = end + 1;
  }
  return lines;
}

function trimBlanks(line: Uint8Array): Uint8Array {
  const isBlank = (byte: number | undefined) => byte === 0x20 || byte === 0x09 || byte === 0x0d;
  let from = 0;
  let to = line.length;
  while (from < to && isBlank(line[from])) from += 1;
  while (to > from && isBlank(line[to - 1])) to -= 1;
  return line.subarray(from, to);
}
