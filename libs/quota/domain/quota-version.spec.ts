import { ACTUAL_THRESHOLDS, FORECAST_THRESHOLDS, type QuotaDefinition } from './definition.js';
import { NO_FILTER } from './filter.js';
import {
  effectiveNow,
  inForceAt,
  keyOf,
  livingVersions,
  type QuotaVersion,
  saysSo,
  seriesFor,
  versionFor,
} from './quota-version.js';

const day = { kind: 'calendar', unit: 'day', timeZone: 'UTC', weekStart: 1, anchorDay: 1 } as const;
const daily: QuotaDefinition = {
  subject: { level: 'team', name: 'search', team: null, tagKey: null },
  filter: NO_FILTER,
  measure: 'total_tokens',
  window: day,
  limit: 500n,
  action: 'block',
  fallback: 'closed',
  tierPercents: {},
  rolloverCap: null,
  actualThresholds: ACTUAL_THRESHOLDS,
  forecastThresholds: FORECAST_THRESHOLDS,
  anomalies: true,
};
const weekly: QuotaDefinition = { ...daily, window: { ...day, unit: 'week' } };

function said(version: number, validFrom: number | null, more: Partial<QuotaVersion> = {}): QuotaVersion {
  const about = {
    name: 'q',
    seriesId: String(version),
    withdrawn: false,
    reason: 'r',
    recordedAt: 0,
    recordedBy: null,
  };
  return { ...daily, ...about, version, validFrom, ...more };
}

describe('versions of a quota', () => {
  it('are those since it was withdrawn last', () => {
    const versions = [said(1, 10), said(2, 20, { withdrawn: true }), said(3, 30), said(4, 40)];
    expect(livingVersions(versions).map(({ version }) => version)).toEqual([3, 4]);
    expect(livingVersions(versions.slice(0, 2))).toEqual([]);
  });

  it('hold from their time on, of two with one time the later said, and a draft at no time', () => {
    const versions = [said(1, 10), said(2, 50), said(3, null), said(4, 10), said(5, 30)];
    const held = [9, 10, 30, 49, 50].map((at) => inForceAt(versions, at)?.version);
    expect(held).toEqual([undefined, 4, 5, 5, 2]);
  });

  it('before any holds, the next that will is meant, and else the latest draft', () => {
    expect(versionFor([said(1, 50), said(2, 30), said(3, null)], 10)?.version).toBe(2);
    expect(versionFor([said(1, null), said(2, null)], 10)?.version).toBe(2);
    expect(versionFor([said(1, 5), said(2, 30)], 10)?.version).toBe(1);
    expect(versionFor([], 10)).toBeUndefined();
  });

  it('go on with the counts of the one before in time, or after, that counts the same', () => {
    const versions = [said(1, 10, { seriesId: '7' }), said(2, 50, { ...weekly, seriesId: '8' })];
    const other = { ...daily, limit: 9n, action: 'observe' } as const;
    expect(seriesFor(versions, other, 20)).toBe('7');
    expect(seriesFor(versions, weekly, 60)).toBe('8');
    expect(seriesFor(versions, weekly, 40)).toBe('8');
    expect(seriesFor(versions, daily, 60)).toBeUndefined();
    expect(seriesFor([], daily, 60)).toBeUndefined();
    expect(seriesFor([said(1, null, { seriesId: '7' })], other, 20)).toBe('7');
  });

  it.each([
    ['subject', { ...daily, subject: { ...daily.subject, name: 'ads' } }],
    ['filter', { ...daily, filter: { ...NO_FILTER, model: 'gpt*' } }],
    ['measure', { ...daily, measure: 'requests' } as const],
    ['window', weekly],
  ])('with another %s count anew', (_, changed) => {
    expect(seriesFor([said(1, 10)], changed, 20)).toBeUndefined();
  });

  it('are not said twice', () => {
    const versions = [said(1, 10), said(2, 50)];
    expect(saysSo([said(1, 10)], { ...daily }, 'now', 20)).toBe(true);
    expect(saysSo([said(1, 10)], { ...daily, limit: 1n }, 'now', 20)).toBe(false);
    // The latest is to come: that it holds from now on is news.
    expect(saysSo(versions, daily, 'now', 20)).toBe(false);
    expect(saysSo(versions, daily, 50, 20)).toBe(true);
    expect(saysSo([said(1, null)], daily, 'draft', 20)).toBe(true);
    expect(saysSo([said(1, null)], daily, 'now', 20)).toBe(false);
    expect(saysSo([], daily, 'now', 20)).toBe(false);
  });

  it('from now on hold though another clock is ahead', () => {
    const ahead = said(1, 25, { recordedAt: 25 });
    expect(effectiveNow([ahead], 20)).toBe(25);
    expect(effectiveNow([ahead], 30)).toBe(30);
    // What is to come later is no clock.
    expect(effectiveNow([said(1, 99, { recordedAt: 5 })], 20)).toBe(20);
  });

  it('are the same whatever the order of their fields', () => {
    expect(keyOf({ a: 1n, b: { d: [2, { f: 3, e: 4 }], c: null } })).toBe(
      keyOf({ b: { c: null, d: [2, { e: 4, f: 3 }] }, a: 1n }),
    );
    expect(keyOf({ a: 1 })).not.toBe(keyOf({ a: 2 }));
  });
});
