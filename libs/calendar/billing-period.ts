import { Temporal } from 'temporal-polyfill';
import type { EpochMs } from './instant.js';

/** A calendar month in a zone: a half-open interval of instants. */
export interface BillingPeriod {
  /** `2023-11` */
  readonly name: string;
  readonly timeZone: string;
  /** Inclusive. */
  readonly start: EpochMs;
  /** Exclusive. */
  readonly end: EpochMs;
}

const MONTH = /^(\d{4})-(0[1-9]|1[0-2])$/;

/** Reads `YYYY-MM` as the month in that IANA zone; undefined when it is not a month of the years 1970 to 9998. */
export function parseBillingPeriod(name: string, timeZone: string): BillingPeriod | undefined {
  const match = MONTH.exec(name);
  if (!match) return undefined;
  const [year, month] = [Number(match[1]), Number(match[2])];
  if (year < 1970 || year > 9998) return undefined;
  const first = Temporal.PlainDate.from({ year, month, day: 1 });
  const edge = (date: Temporal.PlainDate): EpochMs => date.toZonedDateTime(timeZone).epochMilliseconds;
  return { name, timeZone, start: edge(first), end: edge(first.add({ months: 1 })) };
}

/** The month before `2024-01` is `2023-12`. */
export function precedingMonth(name: string): string {
  return Temporal.PlainYearMonth.from(name).subtract({ months: 1 }).toString();
}

/** The month of a zone that an instant is in, such as `2023-11`. */
export function billingMonthAt(at: EpochMs, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(at)
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
    .toPlainYearMonth()
    .toString();
}

/** The month after `2023-12` is `2024-01`. */
export function followingMonth(name: string): string {
  return Temporal.PlainYearMonth.from(name).add({ months: 1 }).toString();
}
