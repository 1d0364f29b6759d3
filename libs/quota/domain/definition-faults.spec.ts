import fc from 'fast-check';
import { formatQuotaAmount, parseQuotaAmount } from './amount-text.js';
import { ACTUAL_THRESHOLDS, FORECAST_THRESHOLDS, type QuotaDefinition } from './definition.js';
import { definitionFaults } from './definition-faults.js';
import { NO_FILTER } from './filter.js';
import { QUOTA_MEASURES } from './measure.js';

const good: QuotaDefinition = {
  subject: { level: 'team', name: 'search', team: null, tagKey: null },
  filter: NO_FILTER,
  measure: 'billed_cost',
  window: { kind: 'calendar', unit: 'month', timeZone: 'Europe/Zurich', weekStart: 1, anchorDay: 31 },
  limit: 12_500_000_000_000n,
  action: 'block',
  fallback: 'closed',
  tierPercents: { batch: 50 },
  rolloverCap: 0n,
  actualThresholds: ACTUAL_THRESHOLDS,
  forecastThresholds: FORECAST_THRESHOLDS,
  anomalies: true,
};
const { subject } = good;

describe('definitionFaults', () => {
  it.each<[string, Partial<QuotaDefinition>]>([
    ['what is right', {}],
    ['a limit of nothing', { limit: 0n }],
    ['tokens', { measure: 'total_tokens', limit: 2n ** 53n - 1n }],
    ['each tag', { subject: { level: 'tag', name: null, team: null, tagKey: 'feature' } }],
    ['a project of a team', { subject: { level: 'project', name: 'ranker', team: 'search', tagKey: null } }],
    ['what is under way', { measure: 'concurrent_requests', window: { kind: 'now' }, limit: 5n, rolloverCap: null }],
    ['no thresholds', { actualThresholds: [], forecastThresholds: [] }],
  ])('takes %s', (_, change) => {
    expect(definitionFaults({ ...good, ...change })).toEqual([]);
  });

  it.each<[string, Partial<QuotaDefinition>]>([
    ['subject/level', { subject: { ...subject, level: 'galaxy' as 'team' } }],
    ['subject/name', { subject: { ...subject, level: 'account' } }],
    ['subject/team', { subject: { ...subject, team: 'ads' } }],
    ['subject/tagKey', { subject: { ...subject, level: 'tag' } }],
    ['subject/tagKey', { subject: { ...subject, tagKey: 'feature' } }],
    ['window/anchorDay', { window: { ...good.window, anchorDay: 0 } as QuotaDefinition['window'] }],
    ['measure', { measure: 'smiles' as 'requests' }],
    ['window/kind', { measure: 'concurrent_requests', limit: 1n }],
    ['window/kind', { window: { kind: 'now' }, rolloverCap: null }],
    ['action', { action: 'pray' as 'block' }],
    ['fallback', { fallback: 'ajar' as 'open' }],
    ['limit', { limit: -1n }],
    ['limit', { limit: 1n }],
    ['limit', { limit: 2n ** 53n * 1_000_000n }],
    ['limit', { measure: 'requests', limit: 2n ** 53n }],
    ['rolloverCap', { rolloverCap: -1_000_000n }],
    ['rolloverCap', { window: { kind: 'rolling', lengthMs: 60_000 } }],
    ['tierPercents', { tierPercents: { 'on demand': 5 } }],
    ['tierPercents', { tierPercents: Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`t${i}`, 5])) }],
    ['tierPercents', { tierPercents: { batch: 0 } }],
    ['tierPercents', { tierPercents: { batch: 101 } }],
    ['tierPercents', { tierPercents: { batch: 50.5 } }],
    ['actualThresholds', { actualThresholds: [80, 50] }],
    ['actualThresholds', { actualThresholds: [50, 50] }],
    ['actualThresholds', { actualThresholds: Array.from({ length: 11 }, (_, i) => i + 1) }],
    ['forecastThresholds', { forecastThresholds: [1001] }],
  ])('refuses for its %s', (field, change) => {
    expect(definitionFaults({ ...good, ...change }).map((fault) => fault.field)).toEqual([field]);
  });
});

describe('amounts as text', () => {
  it('are of costs in units of the currency to the millionth, else whole', () => {
    expect(parseQuotaAmount('billed_cost', '12.5')).toBe(12_500_000_000_000n);
    expect(parseQuotaAmount('billed_cost', '-0.000001')).toBe(-1_000_000n);
    expect(parseQuotaAmount('requests', '12')).toBe(12n);
    expect(formatQuotaAmount('billed_cost', 12_500_000_000_000n)).toBe('12.5');
  });

  it.each([
    ['billed_cost', '0.0000001'],
    ['billed_cost', '9007199254.740992'],
    ['requests', '1.5'],
    ['requests', '9007199254740992'],
    ['requests', '1e3'],
    ['requests', ''],
  ] as const)('are none of %s: %j', (measure, text) => {
    expect(parseQuotaAmount(measure, text)).toBeUndefined();
  });

  it('come back as they went', () => {
    const units = fc.bigInt({ min: -(2n ** 53n) + 1n, max: 2n ** 53n - 1n });
    fc.assert(
      fc.property(fc.constantFrom(...QUOTA_MEASURES), units, (measure, given) => {
        const amount = measure.endsWith('_cost') ? given * 1_000_000n : given;
        expect(parseQuotaAmount(measure, formatQuotaAmount(measure, amount))).toBe(amount);
      }),
    );
  });
});
