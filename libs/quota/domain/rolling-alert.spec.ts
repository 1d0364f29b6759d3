import fc from 'fast-check';
import { NO_FILTER } from './filter.js';
import type { LimitAdjustment } from './quota.js';
import { crossingsOf, type RollingQuota, rollingLookBack } from './rolling-alert.js';
import { ROLLING_SLICES } from './window.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const SLICE = DAY / ROLLING_SLICES;
/** A period of a window of a day begins. */
const START = Date.UTC(2026, 10, 25);
const TICK = 10 * 60_000;

const quota: RollingQuota = {
  name: 'search',
  version: 1,
  seriesId: '1',
  since: 0,
  inForceSince: 0,
  subject: { level: 'team', name: 'search', team: null, tagKey: null },
  filter: NO_FILTER,
  measure: 'requests',
  window: { kind: 'rolling', lengthMs: DAY },
  limit: 100n,
  action: 'notify',
  fallback: 'open',
  tierPercents: {},
  rolloverCap: null,
  adjustments: [],
  actualThresholds: [50, 80, 100],
  forecastThresholds: [],
  anomalies: true,
};

/** So much was used so many hours after the start. */
type Used = readonly [hours: number, amount: number];

/** What is found at one moment, with what has been used until then. */
function lookAt(at: number, used: readonly Used[], of: RollingQuota = quota) {
  const slice = of.window.lengthMs / ROLLING_SLICES;
  const amounts = new Map<number, bigint>();
  for (const [hours, amount] of used) {
    const start = Math.floor((START + hours * HOUR) / slice) * slice;
    if (START + hours * HOUR <= at) amounts.set(start, (amounts.get(start) ?? 0n) + BigInt(amount));
  }
  return crossingsOf(of, { subject: 'search', amounts }, at);
}

/** `percent dayOfMonth` of all that was told, in its order, by whoever looked at these hours after the start. */
function told(used: readonly Used[], looks: readonly number[], of: RollingQuota = quota): string[] {
  const all = new Set<string>();
  for (const hours of looks) {
    for (const { percent, periodStart } of lookAt(START + hours * HOUR, used, of))
      all.add(`${percent} ${new Date(periodStart).toISOString().slice(8, 16)}`);
  }
  return [...all];
}

const every = (step: number, hours: number) => Array.from({ length: Math.ceil(hours / step) + 1 }, (_, i) => i * step);
const EACH_TICK = every(TICK / HOUR, 96);

describe('crossingsOf', () => {
  it.each<[string, readonly Used[], readonly string[]]>([
    [
      'nothing below the least threshold',
      [
        [1, 40],
        [2, 9],
      ],
      [],
    ],
    [
      'a threshold that is come to',
      [
        [1, 40],
        [2, 10],
      ],
      ['50 25T00:00'],
    ],
    ['two at once', [[1, 85]], ['50 25T00:00', '80 25T00:00']],
    [
      'one after the other',
      [
        [1, 50],
        [5, 30],
        [9, 20],
      ],
      ['50 25T00:00', '80 25T00:00', '100 25T00:00'],
    ],
    [
      'once where the sum falls and comes again within a period',
      [
        [-20, 10],
        [-16, 10],
        [-12, 10],
        [-8, 10],
        [3, 10],
        [4.9, 10],
        [9, 10],
        [13, 10],
      ],
      ['50 25T00:00'],
    ],
    [
      'once where the sum stays above, for however long',
      [
        [10, 60],
        [33, 60],
        [56, 60],
      ],
      // Two of them are within a window for a moment.
      ['50 25T00:00', '80 26T00:00', '100 26T00:00', '80 27T00:00', '100 27T00:00'],
    ],
    [
      'again where the sum has fallen and comes again a window later',
      [
        [10, 60],
        [36, 60],
        [62, 60],
      ],
      ['50 25T00:00', '50 26T00:00', '50 27T00:00'],
    ],
  ])('tells %s', (_, used, expected) => {
    expect(told(used, EACH_TICK)).toEqual(expected);
  });

  it('says what was used of which limit from when until when', () => {
    expect(
      lookAt(START + 2 * HOUR, [
        [1, 40],
        [1.9, 10],
      ]),
    ).toEqual([
      {
        percent: 50,
        periodStart: START,
        used: 50n,
        limit: 100n,
        start: START + 2 * SLICE - DAY,
        end: START + 2 * HOUR,
      },
    ]);
  });

  it('finds what nobody looked at in time, and no more than that', () => {
    const used: Used[] = [[1, 50]];
    expect(told(used, [24])).toEqual(['50 25T00:00']);
    expect(told(used, [26])).toEqual([]);
    const { first, needed } = rollingLookBack(quota.window, START + 2 * SLICE);
    expect([first, needed]).toEqual([START + 2 * SLICE - DAY, START + SLICE - 2 * DAY]);
  });

  it('takes windows shorter than an hour by the hour', () => {
    const minutes: RollingQuota = { ...quota, window: { kind: 'rolling', lengthMs: 60_000 } };
    const used = every(0.1, 1.85).map((hours): Used => [hours, 60]);
    expect(told(used, every(1 / 60, 2), minutes)).toEqual(['50 25T00:00', '50 25T01:00']);
  });

  it('begins anew with a version, and heeds a limit that falls', () => {
    const used: Used[] = [
      [1, 60],
      [20, 30],
    ];
    const above: Used[] = [...used, [24.5, 40]];
    const lately = { ...quota, inForceSince: START + 27 * HOUR };
    expect(told(above, EACH_TICK)).toEqual(['50 25T00:00', '80 25T00:00', '100 26T00:00']);
    expect(told(above, EACH_TICK, lately)).toEqual(['50 26T00:00']);
    const grant: LimitAdjustment = { subject: null, from: 0, until: START + DAY, percent: 100, amount: 0n };
    const granted = { ...quota, adjustments: [grant] };
    expect(told(used, [23.9], granted)).toEqual([]);
    expect(told(used, EACH_TICK, granted)).toEqual(['50 26T00:00', '80 26T00:00']);
  });

  it('is found alike by whoever looks however often, once in each period, after a sum that was below', () => {
    const usage = fc.array(
      fc.tuple(
        fc.integer({ min: 0, max: 95 }).map((n) => n + 0.5),
        fc.integer({ min: 1, max: 60 }),
      ),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(usage, fc.integer({ min: 3, max: 23 }), (used, step) => {
        const often = told(used, every(TICK / HOUR, 96)).sort();
        expect(told(used, [...every(step, 96), 96]).sort()).toEqual(often);
        // Worked out the long way: what the window holds at each moment, and whether it was below at the one before.
        const sumAt = (at: number) =>
          used.reduce((sum, [hours, amount]) => {
            const when = START + hours * HOUR;
            const oldest = (Math.floor(at / SLICE) - ROLLING_SLICES) * SLICE;
            return when <= at && when >= oldest ? sum + amount : sum;
          }, 0);
        const expected = new Set<string>();
        for (let at = START; at <= START + 96 * HOUR; at += TICK / 5) {
          for (const percent of quota.actualThresholds) {
            if (sumAt(at) < percent || sumAt(at - TICK / 5) >= percent) continue;
            expected.add(`${percent} ${new Date(Math.floor(at / DAY) * DAY).toISOString().slice(8, 16)}`);
          }
        }
        expect(often).toEqual([...expected].sort());
      }),
      { numRuns: 40 },
    );
  });
});
