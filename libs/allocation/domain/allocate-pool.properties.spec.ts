import fc from 'fast-check';
import { type PoolPeriodCost, runningCost, toTeamShares, WHOLE_PERCENT } from '#cost-record/domain';
import type { MeteredUsage } from '#metering/domain';
import type { Charge } from '#rating/domain';
import { TOKEN_CLASSES, type TokenCounts } from '#token';
import { expectSame } from '../../cost-record/domain/testing.js';
import { usageOf } from '../../rating/domain/testing.js';
import { allocatePool } from './allocate-pool.js';
import type { AppliedAttribution } from './applied-policy.js';
import { costOf, outputWeight, policyOf, sumOf } from './testing.js';

const count = fc.oneof(
  fc.constant(0n),
  fc.bigInt({ min: 0n, max: 10n ** 9n }),
  fc.bigInt({ min: 0n, max: 10n ** 15n }),
);
const tokens: fc.Arbitrary<TokenCounts> = fc.record({
  inputUncached: count,
  cacheRead: count,
  cacheWrite5m: count,
  cacheWrite1h: count,
  output: count,
  reasoning: count,
});
const event = fc
  .record({
    team: fc.constantFrom('a', 'b', 'c', 'stranger'),
    project: fc.constantFrom(null, 'x', 'y'),
    tokens,
    inferenceMicros: count,
    prefillMicros: count,
    decodeMicros: count,
  })
  .map(({ team, project, ...sums }) => usageOf({ dimension: { team, project, pool: 'p' }, ...sums }));
const usage = fc.array(event, { maxLength: 12 }).map(merge);
const weight = fc.bigInt({ min: 0n, max: 20_000_000n });
const weights = fc.record({
  inputUncached: weight,
  cacheRead: weight,
  cacheWrite5m: weight,
  cacheWrite1h: weight,
  output: weight,
  reasoning: weight,
});
const rate = fc.bigInt({ min: 1n, max: 10n ** 11n });
/** Bases whose shares follow usage. */
const linear: fc.Arbitrary<AppliedAttribution> = fc.oneof(
  fc.record({ basis: fc.constant('weighted_tokens' as const), weights }),
  fc.record({
    basis: fc.constant('throughput' as const),
    prefillTokensPerSecond: rate,
    decodeTokensPerSecond: rate,
    inputWeights: weights,
  }),
  fc.record({ basis: fc.constant('phase_time' as const), inputWeights: weights }),
  fc.record({ basis: fc.constant('list_price' as const), weights }),
  fc.constant({ basis: 'inference_time' as const }),
  fc.constant({ basis: 'requests' as const }),
);
/** Percentages of teams, of which one is absent from all usage. */
const shares = fc
  .tuple(
    fc.subarray(['a', 'b', 'stranger', 'absent']),
    fc.array(fc.integer({ min: 1, max: 20_000_000 }), { minLength: 4, maxLength: 4 }),
  )
  .map(([teams, percents]) => {
    const some = teams.map((team, i): [string, bigint] => [team, BigInt(percents[i] ?? 1)]);
    const rest = WHOLE_PERCENT - some.reduce((sum, [, percent]) => sum + percent, 0n);
    return toTeamShares([...some, ['c', rest]]);
  });
const attribution: fc.Arbitrary<AppliedAttribution> = fc.oneof(
  { arbitrary: linear, weight: 3 },
  fc.constant({ basis: 'even' as const }),
  fc.constant({ basis: 'peak' as const }),
  fc.record({ basis: fc.constant('fixed' as const), shares }),
);
const picos = fc.bigInt({ min: 0n, max: 10n ** 20n });
const capacity = fc.record({
  effective: picos,
  list: fc.option(picos),
  instanceMicroMs: fc.bigInt({ min: 1n, max: 10n ** 15n }),
});
const running = capacity.map(({ effective, ...rest }) => costOf(effective, rest));
/** Now and then a part of it was bought and not used, be it all of it. */
const cost = fc.oneof(
  { arbitrary: running, weight: 3 },
  fc.tuple(running, capacity).map(([ran, unused]) => {
    const list = ran.list === null || unused.list === null ? null : ran.list + unused.list;
    const instanceMicroMs = ran.instanceMicroMs + unused.instanceMicroMs;
    const part = list === null ? { ...unused, list } : unused;
    return { ...ran, effective: ran.effective + unused.effective, list, instanceMicroMs, unused: part };
  }),
  capacity.map((unused) => ({ ...costOf(0n), ...unused, unused })),
);

/** Sums rows of one dimension, as metering does. */
function merge(rows: readonly MeteredUsage[]): MeteredUsage[] {
  const byDimension = new Map<string, MeteredUsage>();
  for (const row of rows) {
    const before = byDimension.get(row.dimensionKey);
    byDimension.set(row.dimensionKey, before ? plus(before, row) : row);
  }
  return [...byDimension.values()];
}

function plus(a: MeteredUsage, b: MeteredUsage): MeteredUsage {
  const sums = Object.fromEntries(
    TOKEN_CLASSES.map((tokenClass) => [tokenClass, a.tokens[tokenClass] + b.tokens[tokenClass]]),
  );
  return {
    ...a,
    requests: a.requests + b.requests,
    inferenceMicros: a.inferenceMicros + b.inferenceMicros,
    prefillMicros: a.prefillMicros + b.prefillMicros,
    decodeMicros: a.decodeMicros + b.decodeMicros,
    tokens: usageOf({ tokens: sums }).tokens,
  };
}

const isKnownTeam = (team: string) => team !== 'stranger';
const allocate = (period: PoolPeriodCost, rule: AppliedAttribution, rows: readonly MeteredUsage[]) =>
  allocatePool({ cost: period, policy: policyOf(rule), usage: rows, isKnownTeam });
const byLeaf = (charges: readonly Charge[]) =>
  new Map(
    charges.map((charge) => [`${charge.kind} ${charge.dimensionKey} ${charge.tokenClass} ${charge.bearer}`, charge]),
  );

describe('an allocation', () => {
  it('conserves the cost and the list price of the period exactly, whatever was used', () => {
    fc.assert(
      fc.property(cost, attribution, usage, (period, rule, rows) => {
        const { charges, held } = allocate(period, rule, rows);
        expect(sumOf(charges) + (held?.effective ?? 0n)).toBe(period.effective);
        const known = charges.filter(({ kind }) => kind !== 'unpriced');
        expect(known.every(({ effective }) => effective !== null && effective >= 0n)).toBe(true);
        expect(known.length === charges.length || runningCost(period) === undefined).toBe(true);
        if (period.list === null) expect(known.every(({ list }) => list === null)).toBe(true);
        else expect(sumOf(charges, 'list') + (held?.list ?? 0n)).toBe(period.list);
      }),
      { numRuns: 500 },
    );
  });

  it('says of every charge how it came about, so that it can be done again by hand', () => {
    fc.assert(
      fc.property(cost, attribution, usage, (period, rule, rows) => {
        const { charges, steps, held } = allocate(period, rule, rows);
        if (held === null && runningCost(period))
          expectSame(
            steps.flatMap((step) => step.charges),
            charges,
          );
        for (const { share, amounts, weights, ...step } of steps) {
          const total = weights.reduce((sum, weight) => sum + weight, 0n);
          expect(sumOf(step.charges)).toBe(total === 0n ? 0n : amounts.effective);
          const wrong = step.charges.filter(({ effective }, i) => {
            const least = total === 0n ? 0n : (amounts.effective * (weights[i] ?? 0n)) / total;
            return effective !== least && effective !== least + 1n;
          });
          expect(wrong).toEqual([]);
          const base = share?.by === 'unused' ? period.effective : (runningCost(period)?.effective ?? 0n);
          if (!share) expect([0n, base]).toContain(amounts.effective);
          // Idle takes the parts of phases that nobody can be charged for as well, each rounded by itself.
          else {
            const off = amounts.effective * share.totalWeight - base * share.weight;
            const most = BigInt(share.parts) * share.totalWeight;
            expect(off < most && -off < most).toBe(true);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('counts every token and every request of the usage once', () => {
    fc.assert(
      fc.property(cost, attribution, usage, (period, rule, rows) => {
        const { charges } = allocate(period, rule, rows);
        const total = (pick: (row: MeteredUsage) => bigint) => rows.reduce((sum, row) => sum + pick(row), 0n);
        expect(charges.reduce((sum, { requests }) => sum + requests, 0n)).toBe(total((row) => row.requests));
        for (const tokenClass of TOKEN_CLASSES) {
          const charged = charges.filter((charge) => charge.tokenClass === tokenClass);
          if (charged.length === 0) continue;
          expect(charged.reduce((sum, { quantity }) => sum + quantity, 0n)).toBe(
            total((row) => row.tokens[tokenClass]),
          );
        }
      }),
    );
  });

  it('does not depend on the order of the usage', () => {
    fc.assert(
      fc.property(
        cost,
        attribution,
        usage.chain((rows) => fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length }))),
        (period, rule, [rows, shuffled]) => {
          expectSame(byLeaf(allocate(period, rule, shuffled).charges), byLeaf(allocate(period, rule, rows).charges));
        },
      ),
    );
  });

  it('does not depend on the batches in which events came', () => {
    fc.assert(
      fc.property(cost, attribution, fc.array(event, { maxLength: 12 }), fc.nat(12), (period, rule, events, cut) => {
        const batches = [...merge(events.slice(cut)), ...merge(events.slice(0, cut))];
        expect(byLeaf(allocate(period, rule, merge(batches)).charges)).toEqual(
          byLeaf(allocate(period, rule, merge(events)).charges),
        );
      }),
    );
  });

  it('does not depend on the scale of the weights', () => {
    fc.assert(
      fc.property(cost, weights, fc.bigInt({ min: 1n, max: 1000n }), usage, (period, some, factor, rows) => {
        const scaled = {
          inputUncached: some.inputUncached * factor,
          cacheRead: some.cacheRead * factor,
          cacheWrite5m: some.cacheWrite5m * factor,
          cacheWrite1h: some.cacheWrite1h * factor,
          output: some.output * factor,
          reasoning: some.reasoning * factor,
        };
        const of = (rule: typeof some) => {
          const { steps: _, ...allocation } = allocate(period, { basis: 'weighted_tokens', weights: rule }, rows);
          return allocation;
        };
        expect(of(scaled)).toEqual(of(some));
      }),
    );
  });

  it('never lowers a share when its owner uses more, beyond the one pico of rounding', () => {
    fc.assert(
      fc.property(cost, usage, fc.bigInt({ min: 0n, max: 10n ** 9n }), (period, rows, more) => {
        const [first, ...others] = rows;
        if (first === undefined) return;
        const grown = plus(first, usageOf({ dimension: first.dimension, requests: 0n, tokens: { output: more } }));
        const share = (of: readonly MeteredUsage[]) => {
          const { charges } = allocate(period, outputWeight(3_000_000n), of);
          return sumOf(charges.filter(({ dimensionKey }) => dimensionKey === first.dimensionKey));
        };
        // Each of the owner's leaves is within one pico of its exact share.
        expect(share([grown, ...others])).toBeGreaterThanOrEqual(share(rows) - BigInt(TOKEN_CLASSES.length));
      }),
    );
  });

  it('gives all of a used period to those who weigh something', () => {
    fc.assert(
      fc.property(cost, linear, usage, (period, rule, rows) => {
        const { charges } = allocate(period, rule, rows);
        for (const charge of charges) {
          if (charge.kind === 'idle' || charge.quantity > 0n) continue;
          expect(charge.effective ?? 0n).toBe(0n);
        }
      }),
    );
  });
});
