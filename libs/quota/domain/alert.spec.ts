import fc from 'fast-check';
import { alertsOf, forecastOf, type WatchedCount } from './alert.js';
import { NO_FILTER } from './filter.js';
import type { Quota } from './quota.js';
import { windowAt } from './window-at.js';

const NOON = Date.UTC(2026, 10, 25, 12);
const DAY = { kind: 'calendar', unit: 'day', timeZone: 'UTC', weekStart: 1, anchorDay: 1 } as const;

const quota: Quota = {
  name: 'search',
  version: 1,
  seriesId: '1',
  since: 0,
  inForceSince: 0,
  subject: { level: 'team', name: 'search', team: null, tagKey: null },
  filter: NO_FILTER,
  measure: 'requests',
  window: DAY,
  limit: 100n,
  action: 'notify',
  fallback: 'open',
  tierPercents: {},
  rolloverCap: null,
  adjustments: [],
  actualThresholds: [50, 80, 100],
  forecastThresholds: [100],
  anomalies: true,
};

function count(used: bigint, more: Partial<WatchedCount> = {}): WatchedCount {
  const window = windowAt(more.quota?.window ?? DAY, NOON);
  if (!window) throw new Error('no window');
  return { quota, subject: 'search', window, limit: 100n, used, history: [], ...more };
}

describe('alertsOf', () => {
  it.each([
    [49n, NOON - 1, []],
    [50n, NOON, ['actual 50', 'forecast 100']],
    [80n, NOON, ['actual 50', 'actual 80', 'forecast 100']],
    [100n, NOON, ['actual 50', 'actual 80', 'actual 100', 'forecast 100']],
  ])('tells of %s of 100 what was reached and what will be', (used, at, told) => {
    const alerts = alertsOf(count(used), at);
    expect(alerts.map((alert) => ('percent' in alert ? `${alert.kind} ${alert.percent}` : alert.kind))).toEqual(told);
  });

  it('forecasts nothing from the first tenth of a window, of short ones and of rolling ones', () => {
    const start = Date.UTC(2026, 10, 25);
    expect(forecastOf(count(40n), start + 2 * 3_600_000)).toBeUndefined();
    expect(forecastOf(count(40n), start + 3 * 3_600_000)).toBe(320n);
    expect(forecastOf(count(40n, { quota: { ...quota, window: { ...DAY, unit: 'minute' } } }), NOON)).toBeUndefined();
    const rolling = { ...quota, window: { kind: 'rolling', lengthMs: 86_400_000 } } as const;
    expect(forecastOf(count(40n, { quota: rolling }), NOON)).toBeUndefined();
  });

  it('says nothing of a limit of nothing that nobody used', () => {
    expect(alertsOf(count(0n, { limit: 0n }), NOON)).toEqual([]);
    expect(alertsOf(count(1n, { limit: 0n }), NOON)).toHaveLength(4);
  });

  it('tells usage that is unlike the windows before, not merely more', () => {
    const history = [10n, 12n, 9n, 11n, 10n, 13n, 8n];
    const unusual = (used: bigint, of = history) =>
      alertsOf(count(used, { history: of, limit: 1_000_000n }), NOON).some(({ kind }) => kind === 'anomaly');
    expect([unusual(20n), unusual(22n)]).toEqual([false, true]);
    expect(unusual(100n, history.slice(1))).toBe(false);
    expect(unusual(100n, [10n, 50n, 20n, 90n, 15n, 70n, 5n])).toBe(false);
    expect([
      unusual(
        20n,
        history.map(() => 10n),
      ),
      unusual(
        21n,
        history.map(() => 10n),
      ),
    ]).toEqual([false, true]);
  });

  it('never takes back what it told when more is used', () => {
    const amounts = fc.bigInt({ min: 0n, max: 10_000n });
    const history = fc.array(amounts, { maxLength: 12 });
    fc.assert(
      fc.property(amounts, amounts, history, fc.bigInt({ min: 0n, max: 10_000n }), (used, more, before, limit) => {
        const told = (of: bigint) =>
          alertsOf(count(of, { history: before, limit }), NOON).map((alert) =>
            'percent' in alert ? `${alert.kind} ${alert.percent}` : alert.kind,
          );
        expect(told(used + more)).toEqual(expect.arrayContaining(told(used)));
      }),
    );
  });
});
