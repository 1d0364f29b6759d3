import fc from 'fast-check';
import { type ImportRow, RowFailures } from '#outcome';
import {
  definitionFaults,
  QUOTA_ACTIONS,
  QUOTA_FALLBACKS,
  QUOTA_LEVELS,
  QUOTA_MEASURES,
  QUOTA_WINDOW_UNITS,
  type QuotaDefinition,
  type QuotaMeasure,
  type QuotaSubject,
  type QuotaWindowSpec,
} from '../domain/index.js';
import { EXPORTED_COLUMNS, QUOTA_COLUMNS, toCells } from './quota-columns.js';
import { readQuotaRow } from './read-quota-row.js';

const NOW = Date.UTC(2026, 9, 1);
const text = fc.stringMatching(/^[A-Za-z0-9*][A-Za-z0-9 ,"*=/-]{0,20}[A-Za-z0-9*]$/);
const nullable = fc.option(text);

const subjects: fc.Arbitrary<QuotaSubject> = fc
  .record({ level: fc.constantFrom(...QUOTA_LEVELS), name: nullable, team: nullable, tagKey: text })
  .map(({ level, name, team, tagKey }) => ({
    level,
    name: level === 'account' ? null : name,
    team: level === 'project' ? team : null,
    tagKey: level === 'tag' ? tagKey : null,
  }));

const windows: fc.Arbitrary<QuotaWindowSpec> = fc.oneof(
  fc
    .record({
      unit: fc.constantFrom(...QUOTA_WINDOW_UNITS),
      timeZone: fc.constantFrom('UTC', 'Europe/Zurich', 'Pacific/Apia', 'Etc/GMT+12'),
      weekStart: fc.integer({ min: 1, max: 7 }),
      anchorDay: fc.integer({ min: 1, max: 31 }),
    })
    .map(({ unit, timeZone, weekStart, anchorDay }) => ({
      ...{ kind: 'calendar' as const, unit, timeZone },
      weekStart: unit === 'week' ? weekStart : 1,
      anchorDay: unit === 'month' || unit === 'quarter' || unit === 'year' ? anchorDay : 1,
    })),
  fc.integer({ min: 34, max: 1_054_080_000 }).map((slice) => ({ kind: 'rolling' as const, lengthMs: slice * 30 })),
  fc
    .tuple(fc.integer({ min: 0, max: NOW }), fc.integer({ min: 1, max: NOW }))
    .map(([from, length]) => ({ kind: 'total' as const, from, until: from + length })),
);

const units = fc.bigInt({ min: 0n, max: 2n ** 53n - 1n });
const amountOf = (measure: QuotaMeasure, given: bigint) => (measure.endsWith('_cost') ? given * 1_000_000n : given);
const thresholds = fc
  .uniqueArray(fc.integer({ min: 1, max: 1000 }), { maxLength: 10 })
  .map((list) => list.toSorted((a, b) => a - b));

const definitions: fc.Arbitrary<QuotaDefinition> = fc
  .record({
    subject: subjects,
    filter: fc.record({
      ...{ provider: nullable, model: nullable, pool: nullable },
      ...{ tier: nullable, environment: nullable, status: nullable },
    }),
    measure: fc.constantFrom(...QUOTA_MEASURES),
    window: windows,
    limit: units,
    action: fc.constantFrom(...QUOTA_ACTIONS),
    fallback: fc.constantFrom(...QUOTA_FALLBACKS),
    tierPercents: fc.dictionary(fc.stringMatching(/^[a-z]{1,20}$/), fc.integer({ min: 1, max: 100 }), {
      maxKeys: 10,
      noNullPrototype: true,
    }),
    rolloverCap: fc.option(units),
    actualThresholds: thresholds,
    forecastThresholds: thresholds,
    anomalies: fc.boolean(),
  })
  .map(({ measure, window: drawn, limit, rolloverCap, ...rest }) => {
    const window = measure === 'concurrent_requests' ? { kind: 'now' as const } : drawn;
    const cap = rolloverCap === null || window.kind !== 'calendar' ? null : amountOf(measure, rolloverCap);
    return { ...rest, measure, window, limit: amountOf(measure, limit), rolloverCap: cap };
  });

const rowOf = (values: Readonly<Record<string, string>>): ImportRow => ({
  ...{ place: 'line 2', pointer: '/0', values },
  spell: (column) => column,
});

describe('a quota as a row', () => {
  it('is read as what it was written from, whatever it says', () => {
    const timings = fc.constantFrom<number | null>(null, 0, NOW, NOW + 5000);
    fc.assert(
      fc.property(definitions, timings, (definition, validFrom) => {
        expect(definitionFaults(definition)).toEqual([]);
        const cells = toCells({ ...definition, name: 'q', validFrom }, NOW);
        const failures = new RowFailures();
        const read = readQuotaRow(rowOf(cells), failures);
        expect(failures.none || failures.toFailure('x').errors).toBe(true);
        const timing = validFrom === null ? 'draft' : validFrom > NOW ? validFrom : 'now';
        expect(read).toMatchObject({ name: 'q', said: { definition, timing }, reason: null });
      }),
      { numRuns: 500 },
    );
  });

  it('has the columns that are imported, all but the reason', () => {
    const known = [...QUOTA_COLUMNS.required, ...QUOTA_COLUMNS.optional].filter((column) => column !== 'reason');
    expect(EXPORTED_COLUMNS.toSorted()).toEqual(known.toSorted());
  });

  it('withdraws, and then says nothing else', () => {
    const read = readQuotaRow(rowOf({ quota: 'q', withdrawn: 'TRUE', limit: 'x', reason: 'over' }), new RowFailures());
    expect(read).toMatchObject({ name: 'q', said: null, reason: 'over' });
  });

  const good = {
    quota: 'q',
    level: 'team',
    measure: 'requests',
    window: 'day',
    time_zone: 'UTC',
    limit: '5',
    action: 'block',
  };
  it.each<[Readonly<Record<string, string>>, string, string]>([
    [{ quota: 'a b' }, 'quota', 'bad_name'],
    [{ level: 'galaxy' }, 'level', 'unknown_level'],
    [{ limit: '1.5' }, 'limit', 'bad_amount'],
    [{ limit: '-1' }, 'limit', 'bad_amount'],
    [{ window: 'fortnight' }, 'window', 'unknown_window'],
    [{ length_ms: '3000' }, 'length_ms', 'column_of_another_window'],
    [{ anchor_day: '3' }, 'anchor_day', 'bad_anchor_day'],
    [{ week_start: 'Monday' }, 'week_start', 'bad_number'],
    [{ tag_key: 'feature' }, 'tag_key', 'bad_subject'],
    [{ tier_percents: 'batch' }, 'tier_percents', 'bad_percent'],
    [{ tier_percents: 'batch=5 batch=6' }, 'tier_percents', 'bad_percent'],
    [{ actual_thresholds: '50,80' }, 'actual_thresholds', 'bad_thresholds'],
    [{ actual_thresholds: '80 50' }, 'actual_thresholds', 'bad_thresholds'],
    [{ anomalies: 'maybe' }, 'anomalies', 'bad_flag'],
    [{ valid_from: 'tomorrow' }, 'valid_from', 'bad_instant'],
    [{ draft: 'true', valid_from: '2099-01-01T00:00:00Z' }, 'valid_from', 'draft_has_no_time'],
  ])('of %j is refused', (change, column, code) => {
    const failures = new RowFailures();
    expect(readQuotaRow(rowOf({ ...good, ...change }), failures)).toBeUndefined();
    const { errors = [] } = failures.toFailure('quota.import_refused');
    expect(errors.map((error) => [error.pointer, error.code])).toEqual([[`/0/${column}`, `quota.${code}`]]);
  });
});
