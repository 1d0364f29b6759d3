import { Temporal } from 'temporal-polyfill';
import { type EpochMs, type InstantFault, parseExactInstant } from './instant.js';

const LOCAL = /^(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}:\d{2})(?::(\d{2}(?:\.\d{1,9})?))?)?$/;

/** An instant, and whether the text itself said in which zone. */
export interface ReadInstant {
  readonly ms: EpochMs;
  readonly zoned: boolean;
}

/**
 * Reads an instant as bills write it: ISO 8601 with or without an offset, or a date alone, which is its midnight. What has
 * no offset is taken in the zone given; a local time that does not exist or exists twice there is refused. Finer than
 * a millisecond is cut.
 */
export function parseInstantIn(text: string, timeZone: string): ReadInstant | InstantFault {
  const local = LOCAL.exec(text);
  if (!local) {
    const parsed = parseExactInstant(text.replace(/ UTC$/, 'Z'));
    return 'code' in parsed ? parsed : { ms: parsed.ms, zoned: true };
  }
  const [, date = '', minute = '00:00', second = '00'] = local;
  const checked = parseExactInstant(`${date}T${minute}:${second}Z`);
  if ('code' in checked) return checked;
  if (timeZone === 'UTC') return { ms: checked.ms, zoned: false };
  const plain = Temporal.Instant.fromEpochMilliseconds(checked.ms).toZonedDateTimeISO('UTC').toPlainDateTime();
  try {
    return { ms: plain.toZonedDateTime(timeZone, { disambiguation: 'reject' }).epochMilliseconds, zoned: false };
  } catch {
    return { code: 'no_such_time', detail: `is no time, or two, in ${timeZone}` };
  }
}
