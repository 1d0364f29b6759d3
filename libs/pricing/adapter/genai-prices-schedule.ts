import type { ConditionalPrice, ModelPrice } from '@pydantic/genai-prices';
import { type EpochMs, isChargePeriodEdge } from '#calendar';
import type { PriceVersion } from '../domain/index.js';

/** When a price of the table holds. */
export interface ScheduledPrice extends Pick<PriceVersion, 'validFrom' | 'validTo' | 'daily'> {
  readonly prices: ModelPrice;
}

const BEGINNING: EpochMs = 0;
const DAY_MS = 86_400_000;

/**
 * The table lists a model's prices so that the last one whose condition holds counts, and the first where none does. As
 * prices with ends: the first holds from the beginning and all day, as one without a date does; each ends where a later listed date
 * begins; one of a time of the day goes before those of all day, which is the order the book ranks them in.
 */
export function toSchedule(listed: readonly ConditionalPrice[]): ScheduledPrice[] {
  return listed.flatMap(({ prices, constraint }, i): ScheduledPrice[] => {
    const validFrom = startOf(listed[i], i);
    const later = listed.slice(i + 1).filter((next) => next.constraint?.type !== 'time_of_date');
    const validTo = later.length === 0 ? null : Math.min(...later.map((next) => startOf(next, i + 1)));
    const daily =
      i > 0 && constraint?.type === 'time_of_date'
        ? { from: timeOf(constraint.start_time), to: timeOf(constraint.end_time) }
        : null;
    // Superseded before it ever held.
    if (validTo !== null && validTo <= validFrom) return [];
    const edges = [validFrom, validTo ?? validFrom, daily?.from ?? 0, daily?.to ?? 0];
    if (!edges.every(isChargePeriodEdge)) throw new Error('a public price changes within a charge period');
    return [{ prices, validFrom, validTo, daily }];
  });
}

function startOf(price: ConditionalPrice | undefined, place: number): EpochMs {
  const constraint = price?.constraint;
  if (place === 0 || constraint?.type !== 'start_date') return BEGINNING;
  return Date.parse(`${constraint.start_date}T00:00:00Z`);
}

const TIME = /^(\d{2}):(\d{2}):(\d{2})(?:Z|([+-])(\d{2}):(\d{2}))$/;

/** `16:30:00Z` or with an offset, as milliseconds of the UTC day. */
function timeOf(text: string): number {
  const match = TIME.exec(text);
  if (!match) throw new Error(`a public price holds at the time ${text}, which is none`);
  const [, hours, minutes, seconds, sign, offsetHours, offsetMinutes] = match;
  const offset = (Number(offsetHours ?? 0) * 60 + Number(offsetMinutes ?? 0)) * (sign === '-' ? -60 : 60);
  const time = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds) - offset) * 1000;
  return ((time % DAY_MS) + DAY_MS) % DAY_MS;
}
