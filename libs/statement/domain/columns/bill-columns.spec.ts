import fc from 'fast-check';
import {
  type AttributionPolicy,
  accruedCost,
  type IdlePolicy,
  type PoolPeriod,
  type PoolPolicy,
  runningCost,
  toTeamShares,
  WHOLE_PERCENT,
} from '#cost-record/domain';
import type { MeteredUsage } from '#metering/domain';
import type { FxRate, PriceBook, PriceRule } from '#pricing/domain';
import { expectSame, purchaseOf } from '../../../cost-record/domain/testing.js';
import { bookOf, priceOf, ruleOf, usageOf } from '../../../rating/domain/testing.js';
import type { BillInputs } from '../bill-inputs.js';
import { sharedPoolsOf } from '../shared/testing.js';
import { billInputsOf, draftByColumns, draftOf, mappingRuleOf, quarter, recordOf } from '../testing.js';

/** Of the properties that also say what they have seen; the quick checks may break off before. */
const RUNS = 500;

const count = fc.oneof(
  { arbitrary: fc.constant(0n), weight: 30 },
  { arbitrary: fc.bigInt({ min: 0n, max: 100n }), weight: 30 },
  { arbitrary: fc.bigInt({ min: 0n, max: 10n ** 8n }), weight: 39 },
  // Now and then what no double holds.
  { arbitrary: fc.bigInt({ min: 0n, max: 2n ** 60n }), weight: 1 },
);
const tokens = fc.record({
  inputUncached: count,
  cacheRead: count,
  cacheWrite5m: count,
  cacheWrite1h: count,
  output: count,
  reasoning: count,
});
const dimension = fc.record({
  team: fc.constantFrom('ads', 'search', 'stranger'),
  project: fc.constantFrom(null, 'x'),
  user: fc.constantFrom(null, 'u1', 'u2'),
  costCenter: fc.constantFrom(null, 'cc-1'),
  provider: fc.constantFrom('openai', 'self-hosted'),
  model: fc.constantFrom('gpt', 'llama', 'half-priced', 'by-volume', 'unheard-of'),
  pool: fc.constantFrom(null, 'h100', 'a100', 'nobody-set-up'),
  contextFrom: fc.constantFrom(0n, 200_000n),
  modality: fc.constantFrom(null, null, 'audio' as const, 'image' as const),
  serviceTier: fc.constantFrom('standard', 'standard', 'batch'),
});
const row = fc
  .record({
    dimension,
    tokens,
    at: fc.integer({ min: 0, max: 9 }),
    requests: fc.bigInt({ min: 1n, max: 1000n }),
    inferenceMicros: count,
    prefillMicros: count,
    decodeMicros: count,
    untimedRequests: fc.bigInt({ min: 0n, max: 3n }),
    units: fc.record(
      { webSearches: fc.bigInt({ min: 1n, max: 2n ** 60n }), audioSeconds: fc.bigInt({ min: 1n, max: 10n ** 12n }) },
      { requiredKeys: [] },
    ),
  })
  .map(({ at, units, ...usage }) => {
    // What is not text comes without a request; what is counted apart from tokens comes with the request.
    const isText = usage.dimension.modality === null;
    if (isText) return usageOf({ chargePeriod: quarter(at), ...usage, units });
    // There is no such bucket without any tokens.
    const part = { ...usage.tokens, output: usage.tokens.output + 1n };
    const alone = { requests: 0n, untimedRequests: 0n, inferenceMicros: 0n };
    return usageOf({ chargePeriod: quarter(at), ...usage, ...alone, tokens: part });
  });
const usage = fc.array(row, { maxLength: 40 }).map((rows) => {
  const byKey = new Map<string, MeteredUsage>(rows.map((r) => [`${r.chargePeriod.toString()} ${r.dimensionKey}`, r]));
  // What counts nothing at all is not metered.
  return [...byKey.values()].filter(
    ({ requests, tokens }) => requests > 0n || Object.values(tokens).some((n) => n > 0n),
  );
});

const weight = fc.oneof(fc.constant(0n), fc.bigInt({ min: 0n, max: 20_000_000n }));
const weights = fc.record({
  inputUncached: weight,
  cacheRead: weight,
  cacheWrite5m: weight,
  cacheWrite1h: weight,
  output: weight,
  reasoning: weight,
});
const rate = fc.bigInt({ min: 1_000_000n, max: 10n ** 11n });
const attribution: fc.Arbitrary<AttributionPolicy> = fc.oneof(
  fc.record({ basis: fc.constant('weighted_tokens' as const), weights }),
  fc.record({
    basis: fc.constant('throughput' as const),
    prefillTokensPerSecond: rate,
    decodeTokensPerSecond: rate,
    inputWeights: weights,
  }),
  fc.record({ basis: fc.constant('phase_time' as const), inputWeights: weights }),
  fc.constant({ basis: 'inference_time' as const }),
  fc.constant({ basis: 'requests' as const }),
  fc.record({
    basis: fc.constant('list_price' as const),
    provider: fc.constant('openai'),
    model: fc.constantFrom('gpt', 'half-priced', 'unheard-of'),
  }),
  fc.constant({ basis: 'even' as const }),
  fc.constant({ basis: 'peak' as const }),
  fc.bigInt({ min: 1n, max: WHOLE_PERCENT - 1n }).map((percent) => ({
    basis: 'fixed' as const,
    shares: toTeamShares([
      ['ads', percent],
      ['absent', WHOLE_PERCENT - percent],
    ]),
  })),
);
const shares = (total: bigint) =>
  fc.bigInt({ min: 1n, max: total - 1n }).map((percent) =>
    toTeamShares([
      ['ads', percent],
      ['absent', total - percent],
    ]),
  );
const idle: fc.Arbitrary<IdlePolicy> = fc.oneof(
  fc.constantFrom('separate' as const, 'proportional' as const, 'even' as const),
  fc.record({ policy: fc.constant('fixed' as const), shares: shares(WHOLE_PERCENT) }),
  fc.record({ policy: fc.constant('reserved' as const), shares: shares(WHOLE_PERCENT / 2n) }),
);
const policies = (pool: string) =>
  fc
    .array(
      fc.record({
        attribution,
        from: fc.integer({ min: -1, max: 8 }),
        idle,
      }),
      { maxLength: 3 },
    )
    .map((list) =>
      list.map(({ from, ...rest }, i): PoolPolicy => ({ pool, version: i + 1, validFrom: quarter(from), ...rest })),
    );
const records = (pool: string) =>
  fc.array(
    fc
      .record({
        from: fc.integer({ min: 0, max: 9 }),
        quarters: fc.integer({ min: 1, max: 9 }),
        hourlyRate: fc.oneof(fc.bigInt({ min: 0n, max: 10n ** 15n }), fc.bigInt({ min: 0n, max: 10n ** 17n })),
        listHourlyRate: fc.option(fc.bigInt({ min: 0n, max: 10n ** 15n })),
      })
      .map((record) => recordOf({ pool, ...record })),
    { maxLength: 2 },
  );
/** What was bought for a term, and what ran of it: as much, less, more or nothing. */
const bought = (pool: string) =>
  fc
    .record({
      from: fc.integer({ min: -2, max: 8 }),
      quarters: fc.integer({ min: 1, max: 9 }),
      instances: fc.bigInt({ min: 1n, max: 4n }),
      upfront: fc.oneof(fc.bigInt({ min: 0n, max: 10n ** 15n }), fc.bigInt({ min: 0n, max: 10n ** 17n })),
      listHourlyRate: fc.option(fc.bigInt({ min: 0n, max: 10n ** 15n })),
      recordedFrom: fc.option(fc.integer({ min: 0, max: 9 }).map(quarter)),
      ran: fc.option(fc.record({ from: fc.integer({ min: 0, max: 9 }), instances: fc.bigInt({ min: 1n, max: 5n }) })),
    })
    .map(({ from, quarters, instances, ran, ...rest }) => {
      const term = { validFrom: quarter(from), validTo: quarter(from + quarters) };
      const purchase = purchaseOf({ ...rest, ...term, pool, instanceMicros: instances * 1_000_000n });
      const of = { pool, pricingModel: 'reserved' as const, listHourlyRate: rest.listHourlyRate };
      const running = ran && recordOf({ ...of, from: ran.from, instanceMicros: ran.instances * 1_000_000n });
      return { purchases: [purchase], running: running ? [running] : [] };
    });
const pool = (name: string) =>
  fc
    .record({
      policies: policies(name),
      records: records(name),
      term: fc.oneof(
        { arbitrary: fc.constant({ purchases: [], running: [] }), weight: 2 },
        { arbitrary: bought(name), weight: 1 },
      ),
    })
    .map(({ records: own, term: { purchases, running }, ...rest }) => {
      return { pool: name, records: [...own, ...running], purchases, ...rest };
    });

const rates = (contextFrom: bigint, input: bigint, output?: bigint) => ({
  contextFrom,
  picosPerToken: { inputUncached: input, ...(output === undefined ? {} : { output }) },
  picosPerRequest: 7n,
});
const book = bookOf({
  gpt: {
    list: priceOf({ priceVersionId: '1', rates: [rates(0n, 2n, 8n), rates(200_000n, 4n, 9n)] }),
    contract: priceOf({
      priceVersionId: '4',
      kind: 'contract',
      rates: [{ contextFrom: 0n, picosPerToken: { cacheWrite5m: 3n, output: 6n }, picosPerRequest: null }],
    }),
  },
  llama: { contract: priceOf({ priceVersionId: '2', kind: 'contract', rates: [rates(0n, 1n, 3n)] }) },
  'by-volume': {
    list: priceOf({ priceVersionId: '5', rates: [rates(0n, 2n)] }),
    contract: priceOf({
      priceVersionId: '6',
      kind: 'contract',
      rates: [rates(0n, 2n, 9n)],
      volumePrices: {
        inputUncached: {
          model: 'graduated',
          tiers: [
            { volumeFrom: 0n, picosPerToken: 7n },
            { volumeFrom: 1_000n, picosPerToken: 3n },
          ],
        },
        cacheRead: { model: 'package', packageTokens: 1_000n, picosPerPackage: 1_001n },
      },
    }),
  },
  'half-priced': {
    list: priceOf({
      priceVersionId: '3',
      rates: [{ contextFrom: 0n, picosPerToken: { output: 5n }, picosPerRequest: 0n }],
    }),
  },
});
/** Shared pools that split over teams and over pools, each other too. */
const sharedPools = sharedPoolsOf(['disk', 'staff'], ['h100', 'a100']);
const teams = ['ads', { team: 'search', versions: [{ version: 1, validFrom: quarter(4), costCenter: 'cc-9' }] }];

const mappingRule = fc
  .record({
    match: fc.constantFrom('user' as const, 'team' as const, 'api_key' as const),
    pattern: fc.constantFrom('stranger', 's*', 'u1', 'u*', '*', 'nobody'),
    team: fc.constantFrom('ads', 'search'),
    project: fc.constantFrom(null, 'mapped'),
    costCenter: fc.constantFrom(null, 'cc-2'),
    overridesKnown: fc.boolean(),
    validFrom: fc.integer({ min: -1, max: 9 }).map(quarter),
    validTo: fc.option(fc.integer({ min: 4, max: 9 }).map(quarter)),
  })
  .filter(({ validFrom, validTo }) => validTo === null || validFrom < validTo);
const mappingRules = fc
  .array(mappingRule, { maxLength: 3 })
  .map((some) => some.map((one, i) => mappingRuleOf({ ...one, mappingRuleId: (i + 1).toString() })));

const isPartlyUnused = (cost: PoolPeriod) => cost.unused !== undefined && runningCost(cost) !== undefined;

/** Of the last day of October and the first of November, which meet at 01:00 UTC on the Azores. */
const fxRates = ['2023-10-31', '2023-11-01'].map((day, i): FxRate => {
  const rate = 1_081_234_567_891n + BigInt(i);
  return { fxRateId: i.toString(), from: 'EUR', to: 'USD', day, version: 1, rate, source: 'ECB' };
});
const euro = bookOf({
  llama: { contract: priceOf({ priceVersionId: '2', kind: 'contract', currency: 'EUR', rates: [rates(0n, 1n, 3n)] }) },
});
/** The same prices, but for those of one model in euros, and the batch tier of all others. */
const tiered: PriceBook = {
  ...book,
  find: (query) => {
    if (query.model === 'llama') return euro.find(query);
    return query.serviceTier === 'batch' ? { list: undefined, contract: undefined } : book.find(query);
  },
};
const rule: fc.Arbitrary<PriceRule> = fc
  .record({
    kind: fc.constantFrom('tier_multiplier' as const, 'discount' as const, 'markup' as const, 'minimum' as const),
    model: fc.constantFrom('', 'gp*', '*a*'),
    team: fc.constantFrom('', 'ads', 'search'),
    costCenter: fc.constantFrom('', 'cc-1', 'cc-9'),
    from: fc.integer({ min: -1, max: 8 }),
    quarters: fc.option(fc.integer({ min: 1, max: 5 })),
    value: fc.oneof(fc.bigInt({ min: 0n, max: 10n ** 14n }), fc.constant(5n * 10n ** 11n)),
  })
  .map(({ kind, model, team, costCenter, from, quarters, value }): PriceRule => {
    const validTo = quarters === null ? null : quarter(from + quarters);
    if (kind === 'minimum') return ruleOf({ kind, value, model, provider: 'openai', currency: 'USD' });
    const interval = { validFrom: quarter(from), validTo };
    if (kind === 'tier_multiplier') return ruleOf({ kind, value, model, serviceTier: 'batch', ...interval });
    return ruleOf({ kind, value, model, team, costCenter, ...interval });
  });
const rules = fc
  .array(rule, { maxLength: 5 })
  .map((list) => list.map((of, i): PriceRule => ({ ...of, priceRuleId: (i + 1).toString() })));

function sharedCostOfMonth({ sharedPools: pools, period, accruedTo }: BillInputs): bigint {
  const costs = pools.flatMap(({ sharedCosts }) => sharedCosts);
  return accruedCost(costs, period.start, accruedTo).effective;
}

describe('BillColumns', () => {
  it('comes to the very draft that billing charge by charge does', () => {
    const seen = { runs: 0, deferred: 0, direct: 0, unused: 0 };
    fc.assert(
      fc.property(
        usage,
        pool('a100'),
        pool('h100'),
        sharedPools,
        fc.integer({ min: 1, max: 4 }),
        mappingRules,
        (rows, a, b, shared, periodsPerBlock, mapped) => {
          const inputs = billInputsOf({ teams, mappingRules: mapped, book, pools: [a, b], sharedPools: shared });
          const { draft, deferred } = draftByColumns(inputs, rows, periodsPerBlock);
          expectSame(draft, draftOf(inputs, rows));
          seen.runs += 1;
          if (deferred.length > 0) seen.deferred += 1;
          else if (rows.length > 0) seen.direct += 1;
          const partly = inputs.pools.some(({ costs }) => [...costs.values()].some(isPartlyUnused));
          if (deferred.length === 0 && partly) seen.unused += 1;
        },
      ),
      { numRuns: RUNS },
    );
    // All ways of the columns must have been taken, or this has shown nothing.
    if (seen.runs === RUNS) expect(Math.min(seen.deferred, seen.direct, 4 * seen.unused)).toBeGreaterThan(20);
  });

  it('comes to it under price rules too, whenever they begin and end and whatever is in no price book', () => {
    const seen = { runs: 0, ruled: 0 };
    fc.assert(
      fc.property(
        usage,
        rules,
        mappingRules,
        fc.integer({ min: 1, max: 4 }),
        fc.subarray(fxRates),
        (rows, priceRules, mapped, periodsPerBlock, known) => {
          const inputs = billInputsOf({
            ...{ teams, mappingRules: mapped, book: tiered, priceRules, fxRates: known },
            timeZone: 'Atlantic/Azores',
          });
          const { draft } = draftByColumns(inputs, rows, periodsPerBlock);
          expectSame(draft, draftOf(inputs, rows));
          seen.runs += 1;
          if (draft.teams.some(({ lines }) => lines.some((line) => line.priceRules !== undefined))) seen.ruled += 1;
        },
      ),
      { numRuns: RUNS },
    );
    if (seen.runs === RUNS) expect(seen.ruled).toBeGreaterThan(50);
  });

  it('explains every pico of every pool', () => {
    fc.assert(
      fc.property(usage, pool('a100'), pool('h100'), sharedPools, (rows, a, b, shared) => {
        const inputs = billInputsOf({ teams, book, pools: [a, b], sharedPools: shared });
        const { draft } = draftByColumns(inputs, rows);
        for (const { unexplained, cost, total } of draft.pools) {
          expect(unexplained).toBe(0n);
          expect(total.billed).toBe(cost?.billed ?? 0n);
        }
        const cost = inputs.pools
          .flatMap(({ costs }) => [...costs.values()])
          .reduce((sum, { effective }) => sum + effective, sharedCostOfMonth(inputs));
        expect(draft.pools.reduce((sum, { total }) => sum + total.effective, 0n)).toBe(cost);
        expect(draft.teams.reduce((sum, { total }) => sum + total.billed, 0n)).toBe(draft.summary.total.billed);
      }),
    );
  });

  it('counts every request and token once, in the draft as in the usage', () => {
    fc.assert(
      fc.property(usage, pool('h100'), (rows, a) => {
        const { draft } = draftByColumns(billInputsOf({ teams, book, pools: [a] }), rows);
        const sum = (pick: (r: MeteredUsage) => bigint) => rows.reduce((all, r) => all + pick(r), 0n);
        expect(draft.summary.usage).toEqual({
          requests: sum((r) => r.requests),
          tokens: {
            inputUncached: sum((r) => r.tokens.inputUncached),
            cacheRead: sum((r) => r.tokens.cacheRead),
            cacheWrite5m: sum((r) => r.tokens.cacheWrite5m),
            cacheWrite1h: sum((r) => r.tokens.cacheWrite1h),
            output: sum((r) => r.tokens.output),
            reasoning: sum((r) => r.tokens.reasoning),
          },
        });
      }),
    );
  });
});
