import { Temporal } from 'temporal-polyfill';
import type { EpochMs } from './instant.js';

/** The calendar day of an instant in a zone, `2026-09-30`. */
export function dayIn(at: EpochMs, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDate().toString();
}

/** Whether the runtime knows the IANA zone name (`Europe/Zurich`, `UTC`). Offsets such as `+02:00` are not zones. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]*$/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
