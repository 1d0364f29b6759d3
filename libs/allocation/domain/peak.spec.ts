import fc from 'fast-check';
import { peakShares } from './peak.js';

/** The mean, over all orders of arrival, of what each adds to the capacity that is needed: Shapley's definition itself. */
function shapleyByDefinition(demands: readonly bigint[]): bigint[] {
  const totals = demands.map(() => 0n);
  for (const order of permutations(demands.map((_, i) => i))) {
    let built = 0n;
    for (const i of order) {
      const demand = demands[i] ?? 0n;
      if (demand <= built) continue;
      totals[i] = (totals[i] ?? 0n) + demand - built;
      built = demand;
    }
  }
  return totals;
}

function permutations(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) => permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));
}

const demandsOf = (demands: readonly bigint[]) => new Map(demands.map((demand, i) => [`team-${i}`, demand]));
const demand = fc.oneof(fc.bigInt({ min: 0n, max: 5n }), fc.bigInt({ min: 0n, max: 10n ** 15n }));

describe('peak', () => {
  it('is the Shapley value, in proportion exactly', () => {
    fc.assert(
      fc.property(fc.array(demand, { minLength: 1, maxLength: 6 }), (demands) => {
        const expected = shapleyByDefinition(demands);
        const weights = new Map(peakShares(demandsOf(demands)).map(({ key, weight }) => [key, weight]));
        const [weightSum, expectedSum] = [[...weights.values()], expected].map((all) =>
          all.reduce((a, b) => a + b, 0n),
        );
        expected.forEach((value, i) =>
          expect((weights.get(`team-${i}`) ?? 0n) * (expectedSum ?? 0n)).toBe(value * (weightSum ?? 0n)),
        );
      }),
    );
  });

  it('charges nobody who demanded nothing, all who demanded the same the same, and keeps proportions under scale', () => {
    fc.assert(
      fc.property(fc.array(demand, { maxLength: 30 }), fc.bigInt({ min: 1n, max: 1000n }), (demands, factor) => {
        const shares = peakShares(demandsOf(demands));
        const scaled = peakShares(demandsOf(demands.map((d) => d * factor)));
        expect(scaled).toEqual(shares.map(({ key, weight }) => ({ key, weight: weight * factor })));
        const byDemand = new Map<bigint, bigint>();
        for (const { key, weight } of shares) {
          const own = demandsOf(demands).get(key) ?? 0n;
          expect(weight).toBe(byDemand.get(own) ?? weight);
          byDemand.set(own, weight);
        }
        expect(byDemand.get(0n) ?? 0n).toBe(0n);
      }),
    );
  });
});
