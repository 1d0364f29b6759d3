import type { EventExtras } from './event-extras.js';
import { subjectKeyOf } from './identity.js';
import type { EventSubject, UsageEvent } from './usage-event.js';

/** An accepted event and its place in its inbox row. */
export interface PlacedEvent {
  readonly index: number;
  readonly event: UsageEvent;
}

const VERSION = 1;
/** Rows of it may have extras: who does not know them must not take them for events of text alone. */
const EXTRAS_VERSION = 2;
/** Rows of it may name a reservation: who does not know it would leave it held. */
const RESERVATION_VERSION = 3;

type Subject = readonly [
  team: string,
  project: string | null,
  apiKey: string | null,
  user: string | null,
  provider: string | null,
  model: string,
  pool: string | null,
  region: string | null,
  tier: string,
  status: string,
];

type TextRow = readonly [
  index: number,
  identity: string,
  content: string,
  source: number,
  id: string,
  occurredAt: number,
  subject: number,
  tokens: readonly number[],
  inferenceMicros: number | null,
  prefillMicros: number | null,
  decodeMicros: number | null,
  tags: Readonly<Record<string, string>> | null,
];
type Row = TextRow | readonly [...TextRow, EventExtras] | readonly [...TextRow, EventExtras | null, string];

interface Payload {
  readonly version: number;
  readonly sources: readonly string[];
  readonly subjects: readonly Subject[];
  readonly rows: readonly Row[];
}

/**
 * Renders events for the worker: arrays, with each source and subject written once, for a batch repeats them and what is
 * written here is written to disk, read back and parsed within the second.
 */
export function encodePayload(events: readonly PlacedEvent[]): string {
  const sources = new Interned<string>();
  const subjects = new Interned<Subject>();
  const rows = events.map(({ index, event }): Row => {
    const { subject: s, source } = event;
    const subject = subjects.place(event.subjectKey, () => [
      s.team,
      s.project,
      s.apiKey,
      s.user,
      s.provider,
      s.model,
      s.pool,
      s.region,
      s.tier,
      s.status,
    ]);
    const row: TextRow = [
      index,
      event.identity,
      event.content,
      sources.place(source, () => source),
      event.id,
      event.occurredAt,
      subject,
      event.tokens,
      event.inferenceMicros,
      event.prefillMicros,
      event.decodeMicros,
      event.tags,
    ];
    if (event.reservationId !== null) return [...row, event.extras, event.reservationId];
    return event.extras === null ? row : [...row, event.extras];
  });
  const version = versionOf(events);
  const payload: Payload = { version, sources: sources.values, subjects: subjects.values, rows };
  return JSON.stringify(payload);
}

/** Throws when the text is no payload of this version: only what `encodePayload` wrote is ever here. */
export function decodePayload(text: string): PlacedEvent[] {
  const payload = JSON.parse(text) as Payload;
  if (payload.version < VERSION || payload.version > RESERVATION_VERSION)
    throw new Error(`inbox payload of version ${payload.version}, not ${VERSION} to ${RESERVATION_VERSION}`);
  const subjects = payload.subjects.map(toSubject);
  const keys = subjects.map(subjectKeyOf);
  return payload.rows.map((row) => {
    const [index, identity, content, source, id, occurredAt, subject, tokens, inferenceMicros, ...rest] = row;
    const [prefillMicros, decodeMicros, tags, extras = null, reservationId = null] = rest;
    const event: UsageEvent = {
      identity,
      content,
      source: at(payload.sources, source),
      id,
      occurredAt,
      subject: at(subjects, subject),
      subjectKey: at(keys, subject),
      tokens,
      inferenceMicros,
      prefillMicros,
      decodeMicros,
      tags,
      extras,
      reservationId,
    };
    return { index, event };
  });
}

/** The oldest that says it all: rows wait while processes of two releases are at work. */
function versionOf(events: readonly PlacedEvent[]): number {
  if (events.some(({ event }) => event.reservationId !== null)) return RESERVATION_VERSION;
  return events.some(({ event }) => event.extras !== null) ? EXTRAS_VERSION : VERSION;
}

function toSubject(subject: Subject): EventSubject {
  const [team, project, apiKey, user, provider, model, pool, region, tier, status] = subject;
  return { team, project, apiKey, user, provider, model, pool, region, tier, status };
}

function at<T>(values: readonly T[], place: number): T {
  const value = values[place];
  if (value === undefined) throw new Error(`inbox payload refers to entry ${place} of ${values.length}`);
  return value;
}

/** Values by their first place. */
class Interned<T> {
  readonly values: T[] = [];
  private readonly places = new Map<string, number>();

  place(key: string, value: () => T): number {
    const known = this.places.get(key);
    if (known !== undefined) return known;
    this.places.set(key, this.values.length);
    return this.values.push(value()) - 1;
  }
}
