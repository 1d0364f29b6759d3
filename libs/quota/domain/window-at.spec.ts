import fc from 'fast-check';
import { QUOTA_WINDOW_UNITS, type QuotaWindowSpec, type QuotaWindowUnit } from './window.js';
import { windowAt } from './window-at.js';

type CalendarSpec = Extract<QuotaWindowSpec, { kind: 'calendar' }>;

function calendar(unit: QuotaWindowUnit, timeZone: string, anchor: Partial<CalendarSpec> = {}): CalendarSpec {
  return { kind: 'calendar', unit, timeZone, weekStart: 1, anchorDay: 1, ...anchor };
}

/** Zone, instant, and the edges of the window that holds it; what differs from a plain unit in front. */
const MATRIX: readonly (readonly [CalendarSpec, string, string, string])[] = [
  // Clocks forward and back: days, weeks, months of other lengths than usual.
  [calendar('day', 'Europe/Zurich'), '2026-03-29T12:00Z', '2026-03-29T00:00+01:00', '2026-03-30T00:00+02:00'],
  [calendar('day', 'Europe/Zurich'), '2026-10-25T12:00Z', '2026-10-25T00:00+02:00', '2026-10-26T00:00+01:00'],
  [calendar('hour', 'Europe/Zurich'), '2026-10-25T00:30Z', '2026-10-25T02:00+02:00', '2026-10-25T02:00+01:00'],
  [calendar('hour', 'Europe/Zurich'), '2026-10-25T01:30Z', '2026-10-25T02:00+01:00', '2026-10-25T03:00+01:00'],
  [calendar('hour', 'Europe/Zurich'), '2026-03-29T00:59Z', '2026-03-29T01:00+01:00', '2026-03-29T03:00+02:00'],
  [calendar('month', 'Europe/Zurich'), '2026-10-31T22:59Z', '2026-10-01T00:00+02:00', '2026-11-01T00:00+01:00'],
  [calendar('month', 'Europe/Zurich'), '2026-10-31T23:00Z', '2026-11-01T00:00+01:00', '2026-12-01T00:00+01:00'],
  [calendar('week', 'Europe/Zurich'), '2026-03-29T21:59Z', '2026-03-23T00:00+01:00', '2026-03-30T00:00+02:00'],
  [calendar('quarter', 'Europe/Zurich'), '2026-05-05T00:00Z', '2026-04-01T00:00+02:00', '2026-07-01T00:00+02:00'],
  [calendar('year', 'Europe/Zurich'), '2026-12-31T22:59Z', '2026-01-01T00:00+01:00', '2027-01-01T00:00+01:00'],
  // Weeks with another first day, one of them with the hour that is shown twice.
  [
    calendar('week', 'America/New_York', { weekStart: 7 }),
    '2026-11-03T12:00Z',
    '2026-11-01T00:00-04:00',
    '2026-11-08T00:00-05:00',
  ],
  [
    calendar('week', 'Asia/Dubai', { weekStart: 6 }),
    '2026-01-02T19:59Z',
    '2025-12-27T00:00+04:00',
    '2026-01-03T00:00+04:00',
  ],
  [calendar('week', 'UTC', { weekStart: 4 }), '1970-01-01T00:00Z', '1970-01-01T00:00Z', '1970-01-08T00:00Z'],
  [calendar('week', 'UTC'), '1969-12-29T00:00Z', '1969-12-29T00:00Z', '1970-01-05T00:00Z'],
  // Half an hour of daylight saving: the half hour shown twice is a window of its own.
  [calendar('day', 'Australia/Lord_Howe'), '2026-04-05T00:00Z', '2026-04-05T00:00+11:00', '2026-04-06T00:00+10:30'],
  [calendar('day', 'Australia/Lord_Howe'), '2026-10-04T00:00Z', '2026-10-04T00:00+10:30', '2026-10-05T00:00+11:00'],
  [calendar('hour', 'Australia/Lord_Howe'), '2026-04-04T14:45Z', '2026-04-05T01:00+11:00', '2026-04-05T02:00+11:00'],
  [calendar('hour', 'Australia/Lord_Howe'), '2026-04-04T15:00Z', '2026-04-05T01:30+10:30', '2026-04-05T02:00+10:30'],
  [calendar('hour', 'Australia/Lord_Howe'), '2026-10-03T15:45Z', '2026-10-04T02:30+11:00', '2026-10-04T03:00+11:00'],
  // Offsets of three quarters of an hour, and clocks set in the middle of one.
  [calendar('day', 'Asia/Kathmandu'), '2026-06-30T18:14:59.999Z', '2026-06-30T00:00+05:45', '2026-07-01T00:00+05:45'],
  [calendar('month', 'Asia/Kathmandu'), '2026-06-30T18:15Z', '2026-07-01T00:00+05:45', '2026-08-01T00:00+05:45'],
  [calendar('hour', 'Asia/Kathmandu'), '2026-06-30T18:20Z', '2026-07-01T00:00+05:45', '2026-07-01T01:00+05:45'],
  [calendar('day', 'Pacific/Chatham'), '2026-04-05T06:00Z', '2026-04-05T00:00+13:45', '2026-04-06T00:00+12:45'],
  [calendar('hour', 'Pacific/Chatham'), '2026-04-04T13:30Z', '2026-04-05T03:00+13:45', '2026-04-05T03:45+13:45'],
  [calendar('hour', 'Pacific/Chatham'), '2026-04-04T14:10Z', '2026-04-05T02:45+12:45', '2026-04-05T03:00+12:45'],
  [calendar('minute', 'Pacific/Chatham'), '2026-04-04T14:10:30Z', '2026-04-04T14:10Z', '2026-04-04T14:11Z'],
  // Samoa had no 30 December 2011: the 29th goes over into the 31st, and what begins on the 30th begins with the 31st.
  [calendar('day', 'Pacific/Apia'), '2011-12-30T09:59Z', '2011-12-29T00:00-10:00', '2011-12-31T00:00+14:00'],
  [calendar('day', 'Pacific/Apia'), '2011-12-30T10:00Z', '2011-12-31T00:00+14:00', '2012-01-01T00:00+14:00'],
  [calendar('week', 'Pacific/Apia'), '2011-12-30T10:00Z', '2011-12-26T00:00-10:00', '2012-01-02T00:00+14:00'],
  [
    calendar('month', 'Pacific/Apia', { anchorDay: 30 }),
    '2012-01-05T00:00Z',
    '2011-12-31T00:00+14:00',
    '2012-01-30T00:00+14:00',
  ],
  // Midnights that do not exist, and ones that come twice.
  [calendar('day', 'America/Sao_Paulo'), '2018-11-04T02:59Z', '2018-11-03T00:00-03:00', '2018-11-04T01:00-02:00'],
  [calendar('day', 'America/Sao_Paulo'), '2018-11-04T03:00Z', '2018-11-04T01:00-02:00', '2018-11-05T00:00-02:00'],
  [calendar('day', 'America/Sao_Paulo'), '2018-02-18T02:30Z', '2018-02-17T00:00-02:00', '2018-02-18T00:00-03:00'],
  [calendar('day', 'Asia/Beirut'), '2021-03-28T12:00Z', '2021-03-28T01:00+03:00', '2021-03-29T00:00+03:00'],
  [calendar('day', 'America/Havana'), '2026-11-01T05:30Z', '2026-11-01T00:00-04:00', '2026-11-02T00:00-05:00'],
  [calendar('hour', 'America/Havana'), '2026-11-01T04:30Z', '2026-11-01T00:00-04:00', '2026-11-01T00:00-05:00'],
  [calendar('hour', 'America/Havana'), '2026-11-01T05:30Z', '2026-11-01T00:00-05:00', '2026-11-01T01:00-05:00'],
  // At one past midnight back into the day before: the new day began with its first minute.
  [calendar('day', 'America/St_Johns'), '2010-11-07T03:00Z', '2010-11-07T00:00-02:30', '2010-11-08T00:00-03:30'],
  [calendar('day', 'America/Toronto'), '1919-03-31T12:00Z', '1919-03-31T00:30-04:00', '1919-04-01T00:00-04:00'],
  // The ends of the world.
  [calendar('month', 'Pacific/Kiritimati'), '2026-12-31T10:00Z', '2027-01-01T00:00+14:00', '2027-02-01T00:00+14:00'],
  [calendar('year', 'Pacific/Kiritimati'), '2026-12-31T09:59Z', '2026-01-01T00:00+14:00', '2027-01-01T00:00+14:00'],
  [calendar('month', 'Etc/GMT+12'), '2027-01-01T11:59Z', '2026-12-01T00:00-12:00', '2027-01-01T00:00-12:00'],
  [calendar('day', 'Etc/GMT+12'), '2028-03-01T11:59Z', '2028-02-29T00:00-12:00', '2028-03-01T00:00-12:00'],
  [calendar('day', 'Etc/GMT-14'), '2028-02-28T10:00Z', '2028-02-29T00:00+14:00', '2028-03-01T00:00+14:00'],
  // Ends of months, in years with and without a leap day.
  [calendar('month', 'UTC', { anchorDay: 31 }), '2026-02-10T00:00Z', '2026-01-31T00:00Z', '2026-02-28T00:00Z'],
  [calendar('month', 'UTC', { anchorDay: 31 }), '2026-02-28T00:00Z', '2026-02-28T00:00Z', '2026-03-31T00:00Z'],
  [calendar('month', 'UTC', { anchorDay: 31 }), '2026-04-29T23:59Z', '2026-03-31T00:00Z', '2026-04-30T00:00Z'],
  [calendar('month', 'UTC', { anchorDay: 31 }), '2026-04-30T00:00Z', '2026-04-30T00:00Z', '2026-05-31T00:00Z'],
  [calendar('month', 'UTC', { anchorDay: 31 }), '2028-02-28T00:00Z', '2028-01-31T00:00Z', '2028-02-29T00:00Z'],
  [calendar('month', 'UTC', { anchorDay: 31 }), '2028-02-29T00:00Z', '2028-02-29T00:00Z', '2028-03-31T00:00Z'],
  [calendar('month', 'UTC', { anchorDay: 30 }), '2026-02-28T00:00Z', '2026-02-28T00:00Z', '2026-03-30T00:00Z'],
  [calendar('month', 'UTC', { anchorDay: 30 }), '2028-03-29T00:00Z', '2028-02-29T00:00Z', '2028-03-30T00:00Z'],
  [calendar('month', 'UTC', { anchorDay: 29 }), '2026-03-01T00:00Z', '2026-02-28T00:00Z', '2026-03-29T00:00Z'],
  [calendar('month', 'UTC', { anchorDay: 29 }), '2100-02-28T00:00Z', '2100-02-28T00:00Z', '2100-03-29T00:00Z'],
  [calendar('month', 'UTC', { anchorDay: 29 }), '2000-02-28T00:00Z', '2000-01-29T00:00Z', '2000-02-29T00:00Z'],
  [calendar('month', 'UTC', { anchorDay: 28 }), '2028-02-29T00:00Z', '2028-02-28T00:00Z', '2028-03-28T00:00Z'],
  [calendar('month', 'UTC', { anchorDay: 15 }), '2026-01-14T23:59Z', '2025-12-15T00:00Z', '2026-01-15T00:00Z'],
  [
    calendar('month', 'America/Los_Angeles', { anchorDay: 31 }),
    '2026-03-01T07:59Z',
    '2026-02-28T00:00-08:00',
    '2026-03-31T00:00-07:00',
  ],
  [
    calendar('month', 'Pacific/Auckland', { anchorDay: 31 }),
    '2027-09-29T10:59Z',
    '2027-08-31T00:00+12:00',
    '2027-09-30T00:00+13:00',
  ],
  [calendar('quarter', 'UTC', { anchorDay: 31 }), '2026-04-29T00:00Z', '2026-01-31T00:00Z', '2026-04-30T00:00Z'],
  [calendar('quarter', 'UTC', { anchorDay: 31 }), '2026-01-30T00:00Z', '2025-10-31T00:00Z', '2026-01-31T00:00Z'],
  [calendar('year', 'UTC', { anchorDay: 31 }), '2028-01-30T23:59Z', '2027-01-31T00:00Z', '2028-01-31T00:00Z'],
  [
    calendar('quarter', 'Europe/Zurich', { anchorDay: 30 }),
    '2026-10-30T12:00Z',
    '2026-10-30T00:00+01:00',
    '2027-01-30T00:00+01:00',
  ],
];

const ZONES = [
  ...['UTC', 'Europe/Zurich', 'America/New_York', 'America/Sao_Paulo', 'America/St_Johns', 'America/Havana'],
  ...['Asia/Beirut', 'Asia/Kathmandu', 'Asia/Gaza', 'Australia/Lord_Howe', 'Pacific/Chatham', 'Pacific/Apia'],
  ...['Pacific/Kiritimati', 'Etc/GMT+12', 'Africa/Casablanca', 'Antarctica/Troll', 'Pacific/Auckland'],
];

const HOUR = 3_600_000;
const instants = fc.oneof(
  fc.integer({ min: Date.UTC(1972, 0, 1), max: Date.UTC(2045, 0, 1) }),
  // Where something happens to clocks.
  fc
    .tuple(
      fc.constantFrom(...['2026-03-29T01:00Z', '2026-10-25T01:00Z', '2026-04-04T15:00Z', '2026-10-03T15:30Z']),
      fc.integer({ min: -30 * HOUR, max: 30 * HOUR }),
    )
    .map(([text, ms]) => Date.parse(text) + ms),
  fc
    .tuple(
      fc.constantFrom(...['2011-12-30T10:00Z', '2018-11-04T03:00Z', '2010-11-07T02:31Z', '2026-11-01T05:00Z']),
      fc.integer({ min: -30 * HOUR, max: 30 * HOUR }),
    )
    .map(([text, ms]) => Date.parse(text) + ms),
);

const calendars = fc
  .tuple(
    fc.constantFrom(...QUOTA_WINDOW_UNITS),
    fc.constantFrom(...ZONES),
    fc.integer({ min: 1, max: 7 }),
    fc.integer({ min: 1, max: 31 }),
  )
  .map(([unit, timeZone, weekStart, anchorDay]) => calendar(unit, timeZone, { weekStart, anchorDay }));

const formats = new Map<string, Intl.DateTimeFormat>();

/** What the zone's clock shows, as an instant of UTC that shows the same. */
function shownIn(timeZone: string, at: number): Date {
  let format = formats.get(timeZone);
  if (!format) {
    const two = '2-digit';
    const fields = { year: 'numeric', month: two, day: two, hour: two, minute: two, second: two } as const;
    formats.set(timeZone, (format = new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', ...fields })));
  }
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 0, day = 0, hour, minute, second } = parts;
  return new Date(Date.UTC(year, month - 1, day, hour, minute, second, ((at % 1000) + 1000) % 1000));
}

/** Whether a unit begins with what the clock shows. */
function isBeginning(shown: Date, { unit, weekStart, anchorDay }: CalendarSpec): boolean {
  const time = shown.getTime();
  const [year, month, day] = [shown.getUTCFullYear(), shown.getUTCMonth(), shown.getUTCDate()];
  const clockMs = { second: 1000, minute: 60_000, hour: HOUR };
  if (unit === 'second' || unit === 'minute' || unit === 'hour') return time % clockMs[unit] === 0;
  if (time % (24 * HOUR) !== 0) return false;
  if (unit === 'day') return true;
  if (unit === 'week') return (shown.getUTCDay() + 7 - weekStart) % 7 === 0;
  const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  if (day !== Math.min(anchorDay, last)) return false;
  return unit === 'month' || (unit === 'quarter' ? month % 3 === 0 : month === 0);
}

describe('windows of a calendar', () => {
  it.each(
    MATRIX.map(([spec, at, start, end]) => [
      `${spec.unit} ${spec.timeZone} ${spec.anchorDay}/${spec.weekStart} at ${at}`,
      { spec, at, start, end },
    ]),
  )('%s', (_, { spec, at, start, end }) => {
    const window = windowAt(spec, Date.parse(at));
    expect([window?.start, window?.end].map((edge) => new Date(edge ?? 0).toISOString())).toEqual(
      [start, end].map((edge) => new Date(edge).toISOString()),
    );
    expect(window?.counted).toEqual([Date.parse(start)]);
    expect(window?.limitStart).toBe(Date.parse(start));
  });

  it('tile time: each holds its instants and ends where the next begins', () => {
    fc.assert(
      fc.property(calendars, instants, (spec, at) => {
        const window = windowAt(spec, at);
        if (!window) throw new Error('no window');
        expect(window.start).toBeLessThanOrEqual(at);
        expect(window.end).toBeGreaterThan(at);
        // Of another object, so that none is remembered.
        expect(windowAt({ ...spec }, window.start)).toEqual(window);
        expect(windowAt({ ...spec }, window.end - 1)).toEqual(window);
        expect(windowAt({ ...spec }, window.end)?.start).toBe(window.end);
        expect(windowAt({ ...spec }, window.start - 1)?.end).toBe(window.start);
      }),
      { numRuns: 2000 },
    );
  });

  it('begin where the clock of the zone shows a beginning, or was set past or back into it', () => {
    fc.assert(
      fc.property(calendars, instants, (spec, at) => {
        const start = windowAt(spec, at)?.start ?? 0;
        const [before, shown] = [shownIn(spec.timeZone, start - 1), shownIn(spec.timeZone, start)];
        const wasSet = shown.getTime() - before.getTime() !== 1;
        expect(isBeginning(shown, spec) || wasSet).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('are no longer than the unit, but for the hours that a clock goes back, two in Antarctica', () => {
    const [day, more] = [24, 2];
    const most = {
      ...{ second: 1 / 3600, minute: 1 / 60, hour: 1, day: day + more, week: 7 * day + more },
      ...{ month: 31 * day + more, quarter: 92 * day + more, year: 366 * day + more },
    };
    fc.assert(
      fc.property(calendars, instants, (spec, at) => {
        const window = windowAt(spec, at);
        const length = ((window?.end ?? 0) - (window?.start ?? 0)) / HOUR;
        expect(length).toBeLessThanOrEqual(most[spec.unit]);
      }),
    );
  });
});

describe('a rolling window', () => {
  it('has 30 slices and the one that is not over, whatever the time', () => {
    const lengths = fc.integer({ min: 34, max: 1_054_080_000 }).map((slice) => slice * 30);
    fc.assert(
      fc.property(lengths, instants, (lengthMs, at) => {
        const window = windowAt({ kind: 'rolling', lengthMs }, at);
        if (!window) throw new Error('no window');
        const slice = lengthMs / 30;
        expect(window.start).toBeLessThanOrEqual(at);
        expect(window.end - window.start).toBe(slice);
        expect(window.end).toBeGreaterThan(at);
        expect(window.counted).toHaveLength(31);
        expect(window.counted.at(-1)).toBe(window.start);
        expect(
          window.counted.every((start, i) => start === window.start - (30 - i) * slice && start % slice === 0),
        ).toBe(true);
        // All that the exact window holds is counted, and less than a slice more.
        expect(window.counted[0]).toBeLessThanOrEqual(at - lengthMs + 1);
        expect(window.counted[0]).toBeGreaterThan(at - lengthMs - slice);
        expect(window.limitStart).toBe(window.start);
      }),
    );
  });
});

describe('other windows', () => {
  it('a total is one window, and none before and after it', () => {
    const spec: QuotaWindowSpec = { kind: 'total', from: 1000, until: 5000 };
    const window = { start: 1000, end: 5000, counted: [1000], limitStart: 1000 };
    expect([1000, 3000, 4999].map((at) => windowAt(spec, at))).toEqual([window, window, window]);
    expect([999, 5000].map((at) => windowAt(spec, at))).toEqual([undefined, undefined]);
  });

  it('what is under way counts in one count for ever, against the limit of the moment', () => {
    const spec: QuotaWindowSpec = { kind: 'now' };
    const at = Date.UTC(2026, 0, 1);
    expect(windowAt(spec, at)).toMatchObject({ start: 0, counted: [0], limitStart: at });
    expect(windowAt(spec, at)?.end).toBeGreaterThan(Date.UTC(9000, 0, 1));
    expect(windowAt(spec, at + 1)?.limitStart).toBe(at + 1);
  });

  it('are remembered by the spec, and not mistaken for those of another', () => {
    const [day, month] = [calendar('day', 'UTC'), calendar('month', 'UTC')];
    const at = Date.UTC(2026, 4, 5, 6);
    const known = windowAt(day, at);
    expect(windowAt(day, at + HOUR)).toBe(known);
    expect(windowAt(month, at)?.start).toBe(Date.UTC(2026, 4, 1));
    for (let back = 1; back <= 9; back += 1)
      expect(windowAt(day, at - back * 24 * HOUR)?.start).toBe(Date.UTC(2026, 4, 5 - back));
    expect(windowAt(day, at)).toEqual(known);
  });
});
