import fc from 'fast-check';
import { type SharedSplit, toPoolShares, toTeamShares, WHOLE_PERCENT } from '#cost-record/domain';
import { sharedCostOf } from '../../../cost-record/domain/testing.js';
import type { BilledSharedPool } from '../bill-inputs.js';
import { quarter } from '../testing.js';

const FOLLOWED = ['attributed_cost', 'tokens', 'even'] as const;

/** Splits over teams and pools, shared ones too: some go round in a circle. */
function splits(pools: readonly string[]): fc.Arbitrary<SharedSplit> {
  const by = fc.constantFrom(...FOLLOWED);
  const percent = fc.bigInt({ min: 1n, max: WHOLE_PERCENT - 1n });
  const [first = '', second = ''] = pools;
  return fc.oneof(
    fc.record({ over: fc.constant('teams' as const), by }),
    percent.map((part) => ({
      ...{ over: 'teams' as const, by: 'fixed' as const },
      shares: toTeamShares([
        ['ads', part],
        ['absent', WHOLE_PERCENT - part],
      ]),
    })),
    fc.record({
      over: fc.constant('pools' as const),
      by,
      pools: fc.option(fc.subarray([...pools], { minLength: 1 })),
    }),
    percent.map((part) => ({
      ...{ over: 'pools' as const, by: 'fixed' as const },
      shares: toPoolShares([
        [first, part],
        [second, WHOLE_PERCENT - part],
      ]),
    })),
  );
}

/** Any pools of shared cost of those names, with costs and credits around November 2023. */
export function sharedPoolsOf(names: readonly string[], capacity: readonly string[]): fc.Arbitrary<BilledSharedPool[]> {
  const amount = fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n });
  const at = fc.integer({ min: -2_000, max: 3_500 });
  const one = (pool: string) =>
    fc.record({
      pool: fc.constant(pool),
      policies: fc
        .array(fc.record({ split: splits([...names, ...capacity]), from: fc.integer({ min: -1, max: 12 }) }), {
          maxLength: 3,
        })
        .map((list) => list.map(({ split, from }, i) => ({ pool, version: i + 1, validFrom: quarter(from), split }))),
      sharedCosts: fc.array(
        fc
          .record({ amount, listAmount: amount, from: at, quarters: fc.integer({ min: 1, max: 4_000 }) })
          .map(({ from, quarters, ...cost }) =>
            sharedCostOf({ pool, validFrom: quarter(from), validTo: quarter(from + quarters), ...cost }),
          ),
        { maxLength: 3 },
      ),
    });
  return fc.tuple(...names.map(one));
}
