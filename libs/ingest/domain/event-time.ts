import { type EpochMicros, type InstantFault, parseInstant } from '#calendar';
import { type EventCode, type Refusal, refuse } from './refusal.js';

const CODES: Readonly<Record<InstantFault['code'], EventCode>> = {
  not_a_time: 'event.time_invalid',
  no_zone: 'event.time_without_zone',
  named_zone: 'event.time_named_zone',
  hour_24: 'event.time_hour_24',
  leap_second: 'event.time_leap_second',
  no_such_date: 'event.time_no_such_date',
  no_such_time: 'event.time_no_such_time',
  out_of_range: 'event.time_invalid',
};

/** When an event happened, or why its text does not say. */
export function parseEventTime(text: string, pointer: string): EpochMicros | Refusal {
  const quick = parsePlainUtc(text);
  if (quick !== undefined) return quick;
  const parsed = parseInstant(text);
  return typeof parsed === 'number' ? parsed : refuse(CODES[parsed.code], pointer, parsed.detail);
}

const ZERO = 0x30;
const SECOND_MICROS = 1_000_000;
/** Events come day by day: the last day's start is nearly always the next one's. */
let lastDay = '';
let lastDayMicros = 0;

/**
 * The form that nearly every event has, `YYYY-MM-DDTHH:MM:SS[.fff]Z` with 1 to 6 digits of fraction, without a regular
 * expression; undefined for anything else, also for what is wrong.
 */
function parsePlainUtc(text: string): EpochMicros | undefined {
  const { length } = text;
  if (length < 20 || length > 27 || text.charCodeAt(length - 1) !== 0x5a || text.charCodeAt(10) !== 0x54)
    return undefined;
  if (text.charCodeAt(13) !== 0x3a || text.charCodeAt(16) !== 0x3a) return undefined;
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  // A pair that is no number is NaN and fails here too.
  if (!(hour < 24 && minute < 60 && second < 60)) return undefined;
  const fraction = length === 20 ? 0 : fractionMicros(text, length - 1);
  const day = dayMicros(text);
  if (fraction === undefined || day === undefined) return undefined;
  return day + ((hour * 60 + minute) * 60 + second) * SECOND_MICROS + fraction;
}

function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - ZERO;
  const units = text.charCodeAt(at + 1) - ZERO;
  return tens >= 0 && tens <= 9 && units >= 0 && units <= 9 ? tens * 10 + units : Number.NaN;
}

function fractionMicros(text: string, end: number): number | undefined {
  if (text.charCodeAt(19) !== 0x2e || end === 20) return undefined;
  let micros = 0;
  for (let i = 20; i < 26; i += 1) {
    const digit = i < end ? text.charCodeAt(i) - ZERO : 0;
    if (digit < 0 || digit > 9) return undefined;
    micros = micros * 10 + digit;
  }
  return micros;
}

function dayMicros(text: string): number | undefined {
  if (text.startsWith(lastDay) && lastDay !== '') return lastDayMicros;
  const day = text.slice(0, 10);
  const start = parseInstant(`${day}T00:00:00Z`);
  if (typeof start !== 'number') return undefined;
  lastDay = day;
  lastDayMicros = start;
  return start;
}
