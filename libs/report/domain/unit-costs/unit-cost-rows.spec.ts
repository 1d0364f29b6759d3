import fc from 'fast-check';
import type { AttributionPolicy } from '#cost-record/domain';
import { BillColumns, type BillInputs, BillSums, BillUsage, ExploredSums, settleAll } from '#statement/domain';
import { outputWeight } from '../../../allocation/domain/testing.js';
import { usageOf } from '../../../rating/domain/testing.js';
import { billInputsOf, blocksOf, quarter, recordOf } from '../../../statement/domain/testing.js';
import { UNIT_COST_DIMENSIONS, type UnitCostDimension } from './unit-cost-dimension.js';
import { UnitCostFacets } from './unit-cost-facets.js';
import { unitCostRows } from './unit-cost-rows.js';

type Usage = Parameters<typeof blocksOf>[0];

const inputsOf = (attribution: AttributionPolicy = outputWeight(2_000_000n), records = [recordOf({ quarters: 8 })]) => {
  const policies = [{ pool: 'h100', version: 1, validFrom: 0, attribution, idle: 'separate' as const }];
  return billInputsOf({ teams: ['a', 'b'], pools: [{ pool: 'h100', policies, records }] });
};

/** Explores as the service does, by the quick way or the plain one. */
function rowsOf(
  usage: Usage,
  by: readonly UnitCostDimension[],
  { inputs = inputsOf(), plainly = false, only = {} } = {},
) {
  const facets = new UnitCostFacets(by, inputs.period);
  const explored: BillInputs = { ...inputs, facetOf: facets.facetOf };
  const sums = new ExploredSums('platform', facets.sliceOf);
  const plain = new BillUsage(explored, sums);
  const periods = [...new Set(usage.map(({ chargePeriod }) => chargePeriod))].sort((a, b) => a - b);
  const rowsIn = (at: number) => usage.filter(({ chargePeriod }) => chargePeriod === at);
  const columns = new BillColumns(explored, sums, plain);
  if (plainly) for (const at of periods) plain.billPeriod(at, rowsIn(at));
  else for (const block of blocksOf(usage, 3)) columns.billBlock(block);
  columns.flush();
  for (const { chargePeriod, pool } of columns.deferred)
    if (pool !== null)
      plain.billPool(
        pool,
        chargePeriod,
        rowsIn(chargePeriod).filter(({ dimension }) => dimension.pool === pool),
      );
  plain.billUnused();
  settleAll(sums, explored);
  const rows = unitCostRows({
    by,
    lines: sums.lines(),
    poolSlices: sums.poolSlices(),
    only,
    periodStart: inputs.period.start,
  });
  return { rows, sums };
}

const used = (team: string, at: number, input: number, output: number, more: Parameters<typeof usageOf>[0] = {}) =>
  usageOf({
    chargePeriod: quarter(at),
    tokens: { inputUncached: BigInt(input), output: BigInt(output) },
    ...more,
    dimension: { team, pool: 'h100', ...more.dimension },
  });

describe('unitCostRows', () => {
  it('tells hours and tiers apart, with the capacity of each hour', () => {
    // $13.76 a quarter: in the first hour two are used, in the second one.
    const usage = [
      used('a', 0, 1_000_000, 500_000),
      used('b', 1, 1_000_000, 0, { dimension: { serviceTier: 'batch' } }),
      used('a', 5, 500_000, 250_000),
    ];
    const { rows } = rowsOf(usage, ['hour', 'tier']);
    expect(
      rows.map(({ group, costPerMillionTokens: { core, blended }, capacity }) => [
        group.hour,
        group.tier,
        core,
        blended,
        capacity?.idleShare,
      ]),
    ).toEqual([
      ['2023-11-01T00:00:00Z', 'batch', null, '13.76', '0.5'],
      ['2023-11-01T00:00:00Z', 'standard', '27.52', '9.173333', '0.5'],
      ['2023-11-01T01:00:00Z', 'standard', '55.04', '18.346667', '0.75'],
    ]);
  });

  it('is of one pool or says nothing of capacity, and shows only what was asked for', () => {
    const inputs = billInputsOf({
      teams: ['a'],
      pools: ['p1', 'p2'].map((pool) => ({
        pool,
        policies: [{ pool, version: 1, validFrom: 0, attribution: outputWeight(1_000_000n), idle: 'separate' }],
        records: [recordOf({ pool, quarters: 1 })],
      })),
    });
    const usage = ['p1', 'p2'].map((pool) => used('a', 0, 10, 0, { dimension: { pool } }));
    expect(rowsOf(usage, ['model'], { inputs }).rows).toMatchObject([
      { capacity: null, effective: 27_520_000_000_000n },
    ]);
    expect(rowsOf(usage, ['model'], { inputs, only: { pool: 'p2' } }).rows).toMatchObject([
      { capacity: { pool: 'p2', idleShare: '0' }, effective: 13_760_000_000_000n },
    ]);
  });

  it('counts requests without a price and leaves them out of all else', () => {
    const usage = [usageOf({ dimension: { team: 'a', provider: 'openai' }, tokens: { inputUncached: 5n } })];
    expect(rowsOf(usage, ['model'], { plainly: true }).rows).toMatchObject([
      { unpricedRequests: 1n, requests: 0n, effective: 0n, costPerMillionTokens: { blended: null } },
    ]);
  });

  const bases = fc.constantFrom<AttributionPolicy>(
    outputWeight(2_000_000n),
    { basis: 'requests' },
    { basis: 'even' },
    { basis: 'peak' },
  );
  const usages = fc.array(
    fc.record({
      team: fc.constantFrom('a', 'b', 'stranger'),
      at: fc.nat(11),
      tier: fc.constantFrom('standard', 'batch'),
      region: fc.constantFrom(null, 'eu', 'us'),
      input: fc.nat(1_000_000),
      output: fc.nat(1_000_000),
    }),
    { maxLength: 20 },
  );
  const dimensions = fc
    .subarray([...UNIT_COST_DIMENSIONS], { minLength: 1 })
    .map((by) => (by.includes('hour') ? by.filter((dimension) => dimension !== 'day') : by));

  it('sums to what the statement shows as used, however it is told apart', () => {
    fc.assert(
      fc.property(usages, dimensions, bases, (events, by, attribution) => {
        const inputs = inputsOf(attribution);
        const rows = new Map<string, ReturnType<typeof used>>();
        for (const { team, at, tier, region, input, output } of events) {
          const row = used(team, at, input, output, { dimension: { serviceTier: tier, region } });
          rows.set(`${at} ${row.dimensionKey}`, row);
        }
        const usage = [...rows.values()].sort((a, b) => a.chargePeriod - b.chargePeriod);
        const { rows: found, sums } = rowsOf(usage, by, { inputs });
        const statement = new BillSums('platform');
        const bill = new BillUsage(inputs, statement);
        for (let at = 0; at < 12; at += 1) {
          const start = quarter(at);
          const own = usage.filter(({ chargePeriod }) => chargePeriod === start);
          if (own.length > 0) bill.billPeriod(start, own);
        }
        bill.billUnused();
        settleAll(statement, inputs);
        const usedOf = (lines: ReturnType<BillSums['lines']>) =>
          lines.reduce((sum, { model, effective }) => (model === null ? sum : sum + (effective ?? 0n)), 0n);
        const total = found.reduce((sum, { effective }) => sum + effective, 0n);
        expect(total).toBe(usedOf(statement.lines()));
        expect(usedOf(sums.lines())).toBe(total);
        const paid = sums.poolSlices().reduce((sum, { effective }) => sum + effective, 0n);
        expect(paid).toBe(8n * 13_760_000_000_000n);
      }),
    );
  });
});
