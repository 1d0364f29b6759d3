import { checkEvent, type RawEvent } from '../check-event.js';
import { parseEventTime } from '../event-time.js';
import { isRecord, typeName } from '../fields.js';
import type { ReadingRules, WireFormat } from '../received-batch.js';
import { pointerStep, type Refusal, refuse } from '../refusal.js';
import type { UsageEvent } from '../usage-event.js';
import { readDocument } from './json-document.js';

/** `application/cloudevents+json`: one CloudEvent 1.0 in structured mode, its `data` a native event. */
export const readCloudEvent: WireFormat = (body, rules) =>
  readDocument(body, rules, (raw) => checkCloudEvent(raw, rules));

/** The native field that a field of the envelope stands for. */
const FILLS = [
  { envelope: 'source', native: 'source' },
  { envelope: 'id', native: 'id' },
  { envelope: 'time', native: 'occurredAt' },
] as const;

/**
 * The native event in a CloudEvent. `id`, `source` and `time` of the envelope stand for those that `data` leaves out and
 * may not say otherwise than those that it gives.
 */
export function checkCloudEvent(raw: RawEvent, rules: ReadingRules): UsageEvent | Refusal {
  const { value: envelope } = raw;
  if (!isRecord(envelope)) return refuse('event.not_an_object', '', `must be an object, is ${typeName(envelope)}`);
  const fault = envelopeFault(envelope);
  if (fault) return fault;
  const { data } = envelope;
  if (!isRecord(data)) {
    return refuse('event.envelope_invalid', '/data', `must be a native event as an object, is ${typeName(data)}`);
  }
  const event: Record<string, unknown> = { ...data };
  const filled = FILLS.filter(({ native }) => data[native] === undefined || data[native] === null);
  for (const fill of filled) event[fill.native] = envelope[fill.envelope];
  const contradiction = contradictionOf(envelope, data);
  if (contradiction) return contradiction;

  const result = checkEvent({ ...raw, value: event, members: membersOfData(raw, envelope, data, event) }, rules);
  if ('identity' in result || result.code === 'event.duplicate_key') return result;
  const fill = filled.find(({ native }) => result.pointer === `/${native}`);
  return { ...result, pointer: fill ? `/${fill.envelope}` : `/data${result.pointer}` };
}

/** What the text would count if the event had been sent without its envelope. */
function membersOfData(raw: RawEvent, envelope: object, data: object, event: object): number | undefined {
  if (raw.members === undefined) return undefined;
  const added = Object.values(event).filter((value) => value !== undefined).length - Object.keys(data).length;
  return raw.members - Object.keys(envelope).length + added;
}

function envelopeFault(envelope: Record<string, unknown>): Refusal | undefined {
  if (envelope.specversion !== '1.0') {
    return refuse('event.envelope_invalid', '/specversion', 'must be "1.0", the version of CloudEvents that is read');
  }
  for (const field of ['id', 'source', 'type'] as const) {
    const value = envelope[field];
    if (typeof value !== 'string' || value === '') {
      return refuse('event.envelope_invalid', `/${field}`, 'must be a string that is not empty');
    }
  }
  if ('data_base64' in envelope) {
    return refuse('event.envelope_invalid', '/data_base64', 'is not read; give the event as JSON in data');
  }
  // Extensions are scalars (CloudEvents 1.0, 3.1) and say nothing to us.
  const nested = Object.keys(envelope).find(
    (key) => key !== 'data' && typeof envelope[key] === 'object' && envelope[key],
  );
  if (nested === undefined) return undefined;
  return refuse('event.envelope_invalid', pointerStep(nested), 'must not be an object or array');
}

function contradictionOf(envelope: Record<string, unknown>, data: Record<string, unknown>): Refusal | undefined {
  for (const { envelope: outer, native } of FILLS) {
    const [said, given] = [envelope[outer], data[native]];
    if (said === undefined || said === null || given === undefined || given === null) continue;
    if (said === given || (outer === 'time' && sameTime(said, given))) continue;
    return refuse('event.envelope_contradicts', `/data/${native}`, `is not what /${outer} of the envelope says`);
  }
  return undefined;
}

function sameTime(a: unknown, b: unknown): boolean {
  if (typeof a !== 'string' || typeof b !== 'string') return false;
  const [at, given] = [parseEventTime(a, ''), parseEventTime(b, '')];
  // One that is no time is refused as such by the check of the event, unless the other is one.
  return at === given || (typeof at !== 'number' && typeof given !== 'number');
}
