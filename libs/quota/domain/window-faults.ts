import { EARLIEST_INSTANT, isTimeZone, LATEST_INSTANT } from '#calendar';
import { QUOTA_WINDOW_UNITS, type QuotaWindowSpec, ROLLING_SLICES } from './window.js';

/** One thing wrong with a definition. `field` is a name within it, such as `anchorDay`. */
export interface QuotaFault {
  readonly field: string;
  readonly code: string;
  readonly detail: string;
}

const DAY_MS = 86_400_000;
export const ROLLING_MS_MIN = 1000;
export const ROLLING_MS_MAX = 366 * DAY_MS;

/** What is wrong with a window; empty: nothing. */
export function windowFaults(spec: QuotaWindowSpec): readonly QuotaFault[] {
  switch (spec.kind) {
    case 'calendar':
      return calendarFaults(spec);
    case 'rolling':
      return isWhole(spec.lengthMs, ROLLING_MS_MIN, ROLLING_MS_MAX) && spec.lengthMs % ROLLING_SLICES === 0
        ? []
        : [
            {
              field: 'lengthMs',
              code: 'quota.bad_length',
              detail: `must be 1 second to 366 days and a multiple of ${ROLLING_SLICES} ms`,
            },
          ];
    case 'total':
      return totalFaults(spec);
    case 'now':
      return [];
  }
}

type Spec<K extends QuotaWindowSpec['kind']> = Extract<QuotaWindowSpec, { kind: K }>;

function calendarFaults({ unit, timeZone, weekStart, anchorDay }: Spec<'calendar'>): readonly QuotaFault[] {
  const faults: QuotaFault[] = [];
  const refuse = (field: string, code: string, detail: string) => void faults.push({ field, code, detail });
  if (!QUOTA_WINDOW_UNITS.includes(unit))
    refuse('unit', 'quota.unknown_unit', `is none of ${QUOTA_WINDOW_UNITS.join(', ')}`);
  if (!isTimeZone(timeZone)) refuse('timeZone', 'quota.unknown_time_zone', 'is no IANA zone such as Europe/Zurich');
  const [weekMax, dayMax] = [unit === 'week' ? 7 : 1, ['month', 'quarter', 'year'].includes(unit) ? 31 : 1];
  if (!isWhole(weekStart, 1, weekMax))
    refuse('weekStart', 'quota.bad_week_start', 'must be 1 (Monday) to 7 (Sunday) for a week, else 1');
  if (!isWhole(anchorDay, 1, dayMax))
    refuse('anchorDay', 'quota.bad_anchor_day', 'must be 1 to 31 for a month, quarter or year, else 1');
  return faults;
}

function totalFaults({ from, until }: Spec<'total'>): readonly QuotaFault[] {
  const isInstant = (at: number) => isWhole(at, EARLIEST_INSTANT, LATEST_INSTANT);
  if (isInstant(from) && isInstant(until) && from < until) return [];
  return [{ field: 'until', code: 'quota.bad_interval', detail: 'must be after from; the end is exclusive' }];
}

function isWhole(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}
