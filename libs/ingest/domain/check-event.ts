import { TOKEN_CLASSES } from '#token';
import { readExtras, textOf } from './event-extras.js';
import { EVENT_LIMITS } from './event-limits.js';
import { FieldReader, isRecord, type TimeBounds, typeName } from './fields.js';
import { contentOf, identityOf, subjectKeyOf } from './identity.js';
import { type Refusal, refuse } from './refusal.js';
import { unknownField } from './unknown-field.js';
import { DEFAULT_STATUS, DEFAULT_TIER, type EventSubject, type UsageEvent } from './usage-event.js';

/** An event as JSON gave it, with what only the text of it can tell. */
export interface RawEvent {
  readonly value: unknown;
  /**
   * Object members in the text of the event, at all depths. More than there are known fields: one is not known, or one is
   * there twice, of which parsing keeps the last in silence. Undefined: the text is not there to be counted.
   */
  readonly members: number | undefined;
  /** The pointer of a key that is twice in the text. Asked only when the members do not add up. */
  duplicateKey(): string | undefined;
}

const NAME = EVENT_LIMITS.nameLength;
const UUID_LENGTH = 36;

/** The native event that the value is, normalised, or the first thing wrong with it. */
export function checkEvent(raw: RawEvent, bounds: TimeBounds): UsageEvent | Refusal {
  const { value } = raw;
  if (!isRecord(value)) return refuse('event.not_an_object', '', `must be an object, is ${typeName(value)}`);
  const reader = new FieldReader();
  const source = reader.text(value.source, '/source', EVENT_LIMITS.idLength);
  const id = reader.text(value.id, '/id', EVENT_LIMITS.idLength);
  const occurredAt = reader.instant(value.occurredAt, '/occurredAt', bounds);
  const subject = readSubject(reader, value);
  const extras = readExtras(reader, value);
  const counts = readTokens(reader, value.tokens, extras !== null && extras.units.length > 0);
  const tokens = extras === null ? counts : textOf(reader, counts, extras);
  const inferenceMicros = reader.durationMicros(value.inferenceMs, '/inferenceMs');
  const prefillMicros = reader.durationMicros(value.prefillMs, '/prefillMs');
  const decodeMicros = reader.durationMicros(value.decodeMs, '/decodeMs');
  checkDurations(reader, inferenceMicros, prefillMicros, decodeMicros);
  const tags = reader.tags(value.tags, '/tags');
  const reservationId = readReservationId(reader, value.reservationId);
  if (reader.members !== raw.members) {
    // A field misspelt is better news than the one that is missing for it.
    const fault = memberFault(raw, value);
    if (fault) return fault;
  }
  if (reader.fault) return reader.fault;
  const subjectKey = subjectKeyOf(subject);
  const said = { subjectKey, tokens, inferenceMicros, prefillMicros, decodeMicros, tags, extras, reservationId };
  return { identity: identityOf(source, id), content: contentOf(said), source, id, occurredAt, subject, ...said };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function readReservationId(reader: FieldReader, value: unknown): string | null {
  const text = reader.optionalText(value, '/reservationId', UUID_LENGTH);
  if (text === null || UUID.test(text)) return text?.toLowerCase() ?? null;
  reader.refuse('event.reservation_id_invalid', '/reservationId', 'must be the id of a reservation, a UUID');
  return null;
}

function readSubject(reader: FieldReader, value: Record<string, unknown>): EventSubject {
  const subject = {
    team: reader.text(value.team, '/team', NAME),
    project: reader.optionalText(value.project, '/project', NAME),
    apiKey: reader.optionalText(value.apiKey, '/apiKey', NAME),
    user: reader.optionalText(value.user, '/user', NAME),
    provider: reader.optionalText(value.provider, '/provider', NAME),
    model: reader.text(value.model, '/model', NAME),
    pool: reader.optionalText(value.pool, '/pool', NAME),
    region: reader.optionalText(value.region, '/region', NAME),
    tier: reader.optionalText(value.tier, '/tier', NAME) ?? DEFAULT_TIER,
    status: reader.optionalText(value.status, '/status', NAME) ?? DEFAULT_STATUS,
  };
  if (subject.provider === null && subject.pool === null) {
    reader.refuse('event.provider_or_pool_missing', '', 'needs a provider or a pool');
  }
  return subject;
}

/** `isOptional`: the event counts something else. */
function readTokens(reader: FieldReader, value: unknown, isOptional: boolean): readonly number[] {
  if (!isRecord(value)) {
    if (value !== undefined) reader.members += 1;
    if (isOptional && (value === undefined || value === null)) return TOKEN_CLASSES.map(() => 0);
    if (value === undefined || value === null) reader.refuse('event.field_missing', '/tokens', 'is required');
    else reader.refuse('event.wrong_type', '/tokens', `must be an object, is ${typeName(value)}`);
    return [];
  }
  reader.members += 1;
  const tokens: number[] = [];
  let given = 0;
  let sum = 0;
  for (const tokenClass of TOKEN_CLASSES) {
    const count = reader.tokens(value[tokenClass], POINTERS[tokenClass]);
    if (count !== undefined) given += 1;
    tokens.push(count ?? 0);
    sum += count ?? 0;
  }
  if (given === 0 && !isOptional)
    reader.refuse('event.tokens_missing', '/tokens', `needs at least one of ${TOKEN_CLASSES.join(', ')}`);
  const total = reader.tokens(value.total, '/tokens/total');
  if (total !== undefined && total !== sum) {
    reader.refuse('event.tokens_total_mismatch', '/tokens/total', `is ${total}, but the classes sum to ${sum}`);
  }
  return tokens;
}

const POINTERS = {
  inputUncached: '/tokens/inputUncached',
  cacheRead: '/tokens/cacheRead',
  cacheWrite5m: '/tokens/cacheWrite5m',
  cacheWrite1h: '/tokens/cacheWrite1h',
  output: '/tokens/output',
  reasoning: '/tokens/reasoning',
} as const satisfies Record<(typeof TOKEN_CLASSES)[number], string>;

function checkDurations(
  reader: FieldReader,
  whole: number | null,
  prefill: number | null,
  decode: number | null,
): void {
  if (whole === null) return;
  const parts = (prefill ?? 0) + (decode ?? 0);
  if (parts <= whole + EVENT_LIMITS.durationSlackMs * 1000) return;
  const detail = `is ${whole / 1000} ms, but prefillMs and decodeMs sum to ${parts / 1000} ms`;
  reader.refuse('event.parts_exceed_total', '/inferenceMs', detail);
}

function memberFault(raw: RawEvent, value: Record<string, unknown>): Refusal | undefined {
  const twice = raw.duplicateKey();
  if (twice !== undefined) return refuse('event.duplicate_key', twice, 'is there twice');
  const pointer = unknownField(value);
  return pointer === undefined ? undefined : refuse('event.unknown_field', pointer, 'is not a field of an event');
}
