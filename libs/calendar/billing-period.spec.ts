import { type BillingPeriod, parseBillingPeriod } from './billing-period.js';
import { CHARGE_PERIOD_MS, isChargePeriodEdge } from './charge-period.js';
import { formatInstant } from './instant.js';

function period(name: string, timeZone: string): BillingPeriod {
  const parsed = parseBillingPeriod(name, timeZone);
  if (!parsed) throw new Error(`${name} is no period`);
  return parsed;
}
const edges = ({ start, end }: BillingPeriod): string[] => [formatInstant(start), formatInstant(end)];
const hours = ({ start, end }: BillingPeriod): number => (end - start) / 3_600_000;

describe('parseBillingPeriod', () => {
  it.each([
    ['UTC', '2023-11', '2023-11-01T00:00:00Z', '2023-12-01T00:00:00Z'],
    ['Asia/Kathmandu', '2026-11', '2026-10-31T18:15:00Z', '2026-11-30T18:15:00Z'],
    ['Pacific/Kiritimati', '2026-01', '2025-12-31T10:00:00Z', '2026-01-31T10:00:00Z'],
    ['America/New_York', '2026-03', '2026-03-01T05:00:00Z', '2026-04-01T04:00:00Z'],
    ['America/New_York', '2026-11', '2026-11-01T04:00:00Z', '2026-12-01T05:00:00Z'],
    ['Australia/Lord_Howe', '2026-04', '2026-03-31T13:00:00Z', '2026-04-30T13:30:00Z'],
    ['Australia/Lord_Howe', '2026-10', '2026-09-30T13:30:00Z', '2026-10-31T13:00:00Z'],
    ['America/St_Johns', '2026-12', '2026-12-01T03:30:00Z', '2027-01-01T03:30:00Z'],
    // The clocks went forward at midnight of the first: the month begins at one o'clock.
    ['America/Asuncion', '2017-10', '2017-10-01T04:00:00Z', '2017-11-01T03:00:00Z'],
    // Samoa left out 30 December 2011 on its way over the date line.
    ['Pacific/Apia', '2011-12', '2011-12-01T10:00:00Z', '2011-12-31T10:00:00Z'],
  ])('in %s, %s is [%s, %s)', (zone, name, start, end) => {
    expect(edges(period(name, zone))).toEqual([start, end]);
  });

  it('has an hour less or more in the months in which the clocks change', () => {
    expect(hours(period('2026-03', 'Europe/Zurich'))).toBe(31 * 24 - 1);
    expect(hours(period('2026-10', 'Europe/Zurich'))).toBe(31 * 24 + 1);
    expect(hours(period('2026-10', 'Australia/Lord_Howe'))).toBe(31 * 24 - 0.5);
  });

  it('leaves no gap and no overlap between months', () => {
    for (const zone of ['UTC', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'America/Asuncion', 'Africa/Casablanca']) {
      let end: number | undefined;
      for (let year = 2015; year < 2035; year++) {
        for (let month = 1; month <= 12; month++) {
          const next = period(`${year}-${String(month).padStart(2, '0')}`, zone);
          if (end !== undefined) expect(next.start).toBe(end);
          end = next.end;
        }
      }
    }
  });

  it('is a whole number of charge periods in every zone there is', () => {
    const zones = Intl.supportedValuesOf('timeZone');
    expect(zones.length).toBeGreaterThan(400);
    const off = zones.flatMap((zone) =>
      ['2020-01', '2023-11', '2026-03', '2026-07', '2026-10'].filter((name) => {
        const { start, end } = period(name, zone);
        return !isChargePeriodEdge(start) || !isChargePeriodEdge(end) || (end - start) % CHARGE_PERIOD_MS !== 0;
      }),
    );
    expect(off).toEqual([]);
  });

  it.each(['2023-13', '2023-00', '2023-1', '202311', '2023-11-01', '1969-12', '9999-01', '-2023-11', '', '2023-11\n'])(
    'refuses %j',
    (name) => expect(parseBillingPeriod(name, 'UTC')).toBeUndefined(),
  );
});
