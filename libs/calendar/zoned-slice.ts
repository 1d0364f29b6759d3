import { Temporal } from 'temporal-polyfill';
import type { EpochMs } from './instant.js';

/** A half-open interval of instants. */
export interface TimeSlice {
  readonly start: EpochMs;
  readonly end: EpochMs;
}

type ClockUnit = 'second' | 'minute' | 'hour';
type DateUnit = 'day' | 'week' | 'month' | 'quarter' | 'year';
export type SliceUnit = ClockUnit | DateUnit;

/** Where units of the calendar begin that may begin anywhere. */
export interface SliceAnchor {
  /** The first day of a week, 1 = Monday … 7 = Sunday. */
  readonly weekStart: number;
  /** The day of the month on which months, quarters and years begin, 1 … 31; in a month that is shorter its last. */
  readonly anchorDay: number;
}

const USUAL: SliceAnchor = { weekStart: 1, anchorDay: 1 };
const CLOCK_MS: Readonly<Record<ClockUnit, number>> = { second: 1000, minute: 60_000, hour: 3_600_000 };
const MONTHS = { month: 1, quarter: 3, year: 12 } as const;
const DAYS = { day: 1, week: 7 } as const;
const DAY_MS = 86_400_000;
/** 1970-01-01 was a Thursday: so many days after the Monday of its week. */
const EPOCH_WEEKDAY = 3;

/**
 * The unit of the zone's clock or calendar that an instant lies in. Units tile time: each begins where the one before ends. A day
 * has 23 or 25 hours where clocks change; the hour that a clock shows twice is two hours; a day that a zone left out is none.
 */
export function sliceAt(at: EpochMs, unit: SliceUnit, timeZone: string, anchor: SliceAnchor = USUAL): TimeSlice {
  // Of seconds all zones have the same: offsets are whole ones.
  if (unit === 'second') return clockSlice(at, CLOCK_MS.second, 0);
  const time = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
  return unit === 'minute' || unit === 'hour' ? shownSlice(time, CLOCK_MS[unit]) : dateSlice(time, unit, anchor);
}

function clockSlice(at: EpochMs, length: number, offset: number): TimeSlice {
  const start = Math.floor((at + offset) / length) * length - offset;
  return { start, end: start + length };
}

/** As long as the clock goes on: where it is set, what it showed ends, and what it shows then begins, be it in the middle. */
function shownSlice(time: Temporal.ZonedDateTime, length: number): TimeSlice {
  const { start, end } = clockSlice(time.epochMilliseconds, length, time.offsetNanoseconds / 1_000_000);
  const set = time.add({ milliseconds: 1 }).getTimeZoneTransition('previous')?.epochMilliseconds ?? start;
  const next = time.getTimeZoneTransition('next')?.epochMilliseconds ?? end;
  return { start: Math.max(start, set), end: Math.min(end, next) };
}

function dateSlice(time: Temporal.ZonedDateTime, unit: DateUnit, anchor: SliceAnchor): TimeSlice {
  const { epochMilliseconds: at, timeZoneId } = time;
  const edge = (place: number): EpochMs => firstDay(place, unit, anchor).toZonedDateTime(timeZoneId).epochMilliseconds;
  // What the calendar shows is the unit, but before its anchor, and where midnight is shown twice: that day began with the first.
  let place = placeOf(time.toPlainDate(), unit, anchor);
  let start = edge(place);
  while (start > at) start = edge(--place);
  let end = edge(place + 1);
  while (end <= at) [start, end] = [end, edge(++place + 1)];
  return { start, end };
}

/** How many units the one that holds the date comes after that of 1970-01-01 or of the year 0; with an anchor, or one more. */
function placeOf(date: Temporal.PlainDate, unit: DateUnit, anchor: SliceAnchor): number {
  if (unit !== 'day' && unit !== 'week') return Math.floor((date.year * 12 + date.month - 1) / MONTHS[unit]);
  const days = date.toZonedDateTime('UTC').epochMilliseconds / DAY_MS;
  return Math.floor((days - daysBefore(unit, anchor)) / DAYS[unit]);
}

function firstDay(place: number, unit: DateUnit, anchor: SliceAnchor): Temporal.PlainDate {
  if (unit === 'day' || unit === 'week')
    return Temporal.PlainDate.from('1970-01-01').add({ days: place * DAYS[unit] + daysBefore(unit, anchor) });
  const months = place * MONTHS[unit];
  const year = Math.floor(months / 12);
  // A day that the month has not is its last.
  return Temporal.PlainDate.from({ year, month: months - year * 12 + 1, day: anchor.anchorDay });
}

function daysBefore(unit: 'day' | 'week', { weekStart }: SliceAnchor): number {
  return unit === 'week' ? weekStart - 1 - EPOCH_WEEKDAY : 0;
}
