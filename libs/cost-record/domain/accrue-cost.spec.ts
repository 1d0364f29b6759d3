import fc from 'fast-check';
import { parsePicos } from '#money';
import { accruedCost } from './accrue-cost.js';
import type { SharedCost } from './shared-cost.js';
import { sharedCostOf } from './testing.js';

const DAY_MS = 86_400_000;
const NOVEMBER = Date.UTC(2026, 10, 1);

describe('accruedCost', () => {
  it('accrues an amount evenly over its time', () => {
    // $3,000 of November: $100 a day, $4.1666… an hour.
    const costs = [sharedCostOf({ amount: parsePicos('3000') ?? 0n })];
    expect(accruedCost(costs, NOVEMBER, NOVEMBER + DAY_MS).effective).toBe(parsePicos('100'));
    expect(accruedCost(costs, NOVEMBER, NOVEMBER + DAY_MS / 24).effective).toBe(parsePicos('4.166666666667'));
    expect(accruedCost(costs, NOVEMBER - DAY_MS, NOVEMBER)).toEqual({ effective: 0n, list: 0n });
    expect(accruedCost(costs, NOVEMBER + 30 * DAY_MS, NOVEMBER + 40 * DAY_MS)).toEqual({ effective: 0n, list: 0n });
  });

  it('has list amounts of their own, and credits', () => {
    const costs = [
      sharedCostOf({ amount: parsePicos('30') ?? 0n, listAmount: parsePicos('60') ?? 0n }),
      sharedCostOf({ amount: parsePicos('-15') ?? 0n }),
    ];
    expect(accruedCost(costs, NOVEMBER, NOVEMBER + 10 * DAY_MS)).toEqual({
      effective: parsePicos('5'),
      list: parsePicos('15'),
    });
  });

  it('gives the parts of any division of time that sum to the amount', () => {
    const instant = fc.integer({ min: NOVEMBER - 40 * DAY_MS, max: NOVEMBER + 70 * DAY_MS });
    const costs: fc.Arbitrary<SharedCost[]> = fc.array(
      fc
        .record({
          amount: fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
          listAmount: fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
          from: instant,
          lastsMs: fc.integer({ min: 1, max: 400 * DAY_MS }),
        })
        .map(({ from, lastsMs, ...cost }) => sharedCostOf({ ...cost, validFrom: from, validTo: from + lastsMs })),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(costs, fc.array(instant, { maxLength: 5 }), (all, cuts) => {
        const ends = all.flatMap(({ validFrom, validTo }) => [validFrom, validTo]);
        const edges = [...cuts, Math.min(NOVEMBER, ...ends), Math.max(NOVEMBER, ...ends)].sort((a, b) => a - b);
        const parts = edges.slice(1).map((end, i) => accruedCost(all, edges[i] ?? end, end));
        const sum = (of: (one: { effective: bigint; list: bigint }) => bigint) => parts.reduce((s, p) => s + of(p), 0n);
        expect(sum(({ effective }) => effective)).toBe(all.reduce((s, { amount }) => s + amount, 0n));
        expect(sum(({ list }) => list)).toBe(all.reduce((s, { listAmount }) => s + listAmount, 0n));
      }),
    );
  });
});
