import { Temporal } from 'temporal-polyfill';
import type { EpochMs } from './instant.js';

export type SliceUnit = 'hour' | 'day';

/** A half-open interval of instants. */
export interface TimeSlice {
  readonly start: EpochMs;
  readonly end: EpochMs;
}

/**
 * The hour or day of the zone's clock that an instant lies in. A day has 23 or 25 hours where clocks change; the hour that a
 * clock shows twice is two hours.
 */
export function sliceAt(at: EpochMs, unit: SliceUnit, timeZone: string): TimeSlice {
  const time = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
  if (unit === 'day') {
    const start = time.startOfDay();
    return { start: start.epochMilliseconds, end: start.add({ days: 1 }).startOfDay().epochMilliseconds };
  }
  const start = time.round({ smallestUnit: 'hour', roundingMode: 'floor' }).epochMilliseconds;
  // Where a clock goes back by less than an hour, the hour shown begins again before it is over.
  const next = time.getTimeZoneTransition('next');
  const end = start + 3_600_000;
  return { start, end: next ? Math.min(end, Math.max(start + 1, next.epochMilliseconds)) : end };
}
