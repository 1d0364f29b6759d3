/** When in the week work of a kind is done. */
export type Rhythm = 'always' | 'waking' | 'office' | 'night' | 'weekend';

/** Requests in each hour of the day (UTC), relative to one another. */
const ALWAYS = [4, 3, 3, 3, 3, 4, 5, 7, 9, 11, 12, 12, 11, 12, 12, 11, 11, 10, 9, 9, 8, 7, 6, 5];
const WAKING = [0, 0, 0, 0, 0, 1, 3, 6, 9, 11, 12, 12, 10, 11, 12, 12, 11, 10, 8, 7, 6, 4, 2, 1];
const OFFICE = [0, 0, 0, 0, 0, 0, 1, 4, 9, 12, 12, 10, 7, 11, 12, 12, 10, 6, 2, 1, 0, 0, 0, 0];
const NIGHT = [10, 11, 12, 12, 10, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 8, 10, 10, 10];
const WEEKEND = [2, 2, 2, 2, 2, 2, 2, 3, 4, 5, 5, 5, 5, 5, 5, 4, 4, 3, 3, 2, 2, 2, 2, 2];

const RHYTHMS: Readonly<
  Record<Rhythm, { readonly hours: readonly number[]; readonly week: number; readonly weekend: number }>
> = {
  always: { hours: ALWAYS, week: 1, weekend: 0.7 },
  waking: { hours: WAKING, week: 1, weekend: 0.5 },
  office: { hours: OFFICE, week: 1, weekend: 0.04 },
  night: { hours: NIGHT, week: 1, weekend: 0 },
  weekend: { hours: WEEKEND, week: 0, weekend: 1 },
};

const HOUR_MS = 3_600_000;

/** How much of such work falls into the hour that begins at the instant, relative to other hours. */
export function weightOfHour(rhythm: Rhythm, start: number): number {
  const { hours, week, weekend } = RHYTHMS[rhythm];
  const at = new Date(start);
  const day = at.getUTCDay();
  return (hours[at.getUTCHours()] ?? 0) * (day === 0 || day === 6 ? weekend : week);
}

/** The same for all hours in [start, end), in order. */
export function weightsOfHours(rhythm: Rhythm, start: number, end: number): number[] {
  const weights: number[] = [];
  for (let hour = start; hour < end; hour += HOUR_MS) weights.push(weightOfHour(rhythm, hour));
  return weights;
}
