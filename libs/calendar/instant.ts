/** Milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = number;

/** Microseconds since 1970-01-01T00:00:00Z, what Postgres stores. Whole, and exact in a double until the year 2255. */
export type EpochMicros = number;

/** Why a text is not an instant. The code is stable; the detail is for people. */
export interface InstantFault {
  readonly code:
    | 'not_a_time'
    | 'no_zone'
    | 'named_zone'
    | 'hour_24'
    | 'leap_second'
    | 'no_such_date'
    | 'no_such_time'
    | 'out_of_range';
  readonly detail: string;
}

/** An instant in two parts, each exact in a double, whatever the year. */
export interface ExactInstant {
  readonly ms: EpochMs;
  /** Beyond the millisecond: 0 to 999. */
  readonly micros: number;
}

/** The first and the last millisecond of the years 0001 to 9999 (UTC), which ISO 8601 and Postgres write alike. */
export const EARLIEST_INSTANT: EpochMs = -62_135_596_800_000;
export const LATEST_INSTANT: EpochMs = 253_402_300_799_999;

const INSTANT =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,12}))?)?\s?(Z|z|[+-]\d{2}:?\d{2})?(\[[^\]]*\])?$/;
const MS_PER_MINUTE = 60_000;

/** {@link parseExactInstant} in one number. */
export function parseInstant(text: string): EpochMicros | InstantFault {
  const parsed = parseExactInstant(text);
  return 'code' in parsed ? parsed : parsed.ms * 1000 + parsed.micros;
}

/**
 * Reads an ISO 8601 / RFC 3339 instant with its offset to microseconds. Digits beyond are cut, not rounded, so that an
 * event never moves into the next charge period. A time without an offset is refused rather than guessed: it may name two
 * instants or, in a daylight-saving gap, none.
 */
export function parseExactInstant(text: string): ExactInstant | InstantFault {
  const match = INSTANT.exec(text);
  if (!match) return { code: 'not_a_time', detail: 'is not an ISO 8601 instant such as 2026-11-01T12:00:00.123Z' };
  const [year, month, day, hour, minute] = match.slice(1, 6).map(Number) as [number, number, number, number, number];
  const second = match[6] === undefined ? 0 : Number(match[6]);
  const [, , , , , , , fraction = '', offset, named] = match;
  if (named !== undefined) return { code: 'named_zone', detail: 'names a zone; give the offset alone (Z or +02:00)' };
  if (offset === undefined)
    return { code: 'no_zone', detail: 'has no offset; end it with Z or an offset such as +02:00' };
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day)
    return { code: 'no_such_date', detail: 'is a date that does not exist' };
  if (hour === 24) return { code: 'hour_24', detail: 'has the hour 24; write 00:00 of the next day' };
  if (second === 60) return { code: 'leap_second', detail: 'is a leap second, which a UTC clock reading cannot hold' };
  if (hour > 23 || minute > 59 || second > 59) return { code: 'no_such_time', detail: 'is a time that does not exist' };
  const shift = offsetMinutes(offset);
  if (shift === undefined) return { code: 'no_such_time', detail: 'has an offset that does not exist' };
  const micros = Number(fraction.slice(0, 6).padEnd(6, '0'));
  const ms = date.getTime() + (hour * 60 + minute - shift) * MS_PER_MINUTE + second * 1000 + Math.floor(micros / 1000);
  if (ms < EARLIEST_INSTANT || ms > LATEST_INSTANT)
    return { code: 'out_of_range', detail: 'is outside the years 0001 to 9999 (UTC)' };
  return { ms, micros: micros % 1000 };
}

function offsetMinutes(offset: string): number | undefined {
  if (offset === 'Z' || offset === 'z') return 0;
  const hours = Number(offset.slice(1, 3));
  const minutes = Number(offset.slice(-2));
  // The widest offset in use is +14:00; PostgreSQL takes up to 15:59.
  if (hours > 15 || minutes > 59) return undefined;
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

interface Formatted {
  readonly at: EpochMs;
  readonly text: string;
}

/** What is told within a millisecond, or about rows of one period, names the same one or two instants over and over. */
let lastFormatted: Formatted | undefined;
let formattedBefore: Formatted | undefined;

/** `2026-11-01T12:00:00Z`, with milliseconds only where there are any. */
export function formatInstant(at: EpochMs): string {
  if (lastFormatted?.at === at) return lastFormatted.text;
  const known = formattedBefore?.at === at ? formattedBefore : undefined;
  formattedBefore = lastFormatted;
  lastFormatted = known ?? { at, text: new Date(at).toISOString().replace('.000Z', 'Z') };
  return lastFormatted.text;
}

/** `2026-11-01T12:00:00.123456Z`: to the microsecond, always with all six digits. */
export function formatMicros(at: EpochMicros): string {
  const seconds = Math.floor(at / 1_000_000);
  const micros = String(at - seconds * 1_000_000).padStart(6, '0');
  return new Date(seconds * 1000).toISOString().replace('.000Z', `.${micros}Z`);
}
