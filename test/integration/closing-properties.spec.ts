import fc from 'fast-check';
import { type SharedSplit, toPoolShares, toTeamShares, WHOLE_PERCENT } from '#cost-record/domain';
import {
  changesSince,
  type DraftStatements,
  differenceOfTotals,
  imbalanceOf,
  isTrueUp,
  linesOf,
  readDocument,
} from '../../libs/statement/domain/index.js';
import { billedForMonth } from '../../libs/statement/service/billed-so-far.js';
import { isOfForeignPrice } from '../support/closing-prices.js';
import { ClosingWorld, MONTHS, POOLS, type Step } from '../support/closing-world.js';
import { expectExplained } from '../support/explained.js';
import { expectEvents } from '../support/line-events.js';
import { SHARED_POOLS } from '../support/shared-world.js';

const month = fc.nat(MONTHS.length - 3);
const pool = fc.constantFrom(...POOLS);
const followed = fc.constantFrom('attributed_cost' as const, 'tokens' as const, 'even' as const);
/** Over pools, shared ones too: each other's, or their own. */
const split: fc.Arbitrary<SharedSplit> = fc.oneof(
  fc.record({ over: fc.constant('teams' as const), by: followed }),
  fc.record({
    over: fc.constant('pools' as const),
    by: followed,
    pools: fc.option(fc.subarray([...POOLS, ...SHARED_POOLS], { minLength: 1 })),
  }),
  fc.constant({
    over: 'teams' as const,
    by: 'fixed' as const,
    shares: toTeamShares([
      ['a', WHOLE_PERCENT / 3n],
      ['absent', WHOLE_PERCENT - WHOLE_PERCENT / 3n],
    ]),
  }),
  fc.constant({
    over: 'pools' as const,
    by: 'fixed' as const,
    shares: toPoolShares([
      ['p', WHOLE_PERCENT / 7n],
      ['t', WHOLE_PERCENT - WHOLE_PERCENT / 7n],
    ]),
  }),
);
/** An amount of an invoice: in whole cents or not, a credit sometimes. */
const invoiced = fc.bigInt({ min: -(10n ** 13n), max: 10n ** 14n });
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        what: fc.constant('usage' as const),
        month,
        team: fc.constantFrom('a', 'b', 'stranger'),
        target: fc.constantFrom('p' as const, 'q' as const, 'api' as const),
        quarter: fc.nat(5),
        output: fc.bigInt({ min: 0n, max: 10n ** 6n }),
        isBatch: fc.boolean(),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        what: fc.constant('cost' as const),
        month,
        pool,
        rate: fc.bigInt({ min: 0n, max: 10n ** 14n }),
      }),
    },
    fc.record({
      what: fc.constant('purchase' as const),
      month,
      pool,
      instances: fc.bigInt({ min: 0n, max: 3n }),
      upfront: fc.bigInt({ min: 0n, max: 10n ** 14n }),
    }),
    fc.record({ what: fc.constant('ran' as const), month, pool, instances: fc.bigInt({ min: 0n, max: 4n }) }),
    fc.record({
      what: fc.constant('price' as const),
      picos: fc.option(fc.bigInt({ min: 0n, max: 10n ** 9n })),
      graduated: fc.boolean(),
      isForeign: fc.boolean(),
    }),
    fc.record({
      what: fc.constant('fx' as const),
      month,
      rate: fc.option(fc.bigInt({ min: 1n, max: 3n * 10n ** 12n })),
    }),
    {
      weight: 2,
      arbitrary: fc.record({
        what: fc.constant('invoice' as const),
        provider: fc.constantFrom('aws' as const, 'openai' as const),
        number: fc.nat(2),
        pool: fc.constantFrom(...POOLS, SHARED_POOLS[0], 'unknown', null, null),
        month: fc.constantFrom(...MONTHS.slice(0, -2)),
        next: fc.option(invoiced),
        amount: fc.option(invoiced, { freq: 8 }),
        tax: fc.constantFrom(0n, 0n, 1_234_567_890_123n),
      }),
    },
    fc.record({
      what: fc.constant('agreement' as const),
      party: fc.constantFrom(...[...POOLS, SHARED_POOLS[0]].map((name) => `pool:${name}`), 'provider:openai'),
      policy: fc.constantFrom('hold' as const, 'true_up' as const, 'true_up' as const),
      from: fc.constantFrom('', ...MONTHS.slice(0, -2)),
    }),
    fc.record({
      what: fc.constant('match' as const),
      target: fc.constantFrom(
        { to: 'pool' as const, pool: 'q' },
        { to: 'provider' as const, provider: 'OpenAI', model: 'gpt' },
        { to: 'platform' as const },
        { to: 'none' as const },
      ),
      from: fc.constantFrom('', ...MONTHS.slice(0, -2)),
    }),
    fc.record({
      what: fc.constant('policy' as const),
      pool,
      by: fc.oneof(
        fc.bigInt({ min: 0n, max: 5n }),
        fc.constantFrom('requests' as const, 'even' as const, 'peak' as const),
      ),
      idle: fc.constantFrom('separate' as const, 'proportional' as const, 'even' as const),
    }),
    fc.record({
      what: fc.constant('rule' as const),
      kind: fc.constantFrom('discount' as const, 'markup' as const, 'minimum' as const, 'tier_multiplier' as const),
      team: fc.constantFrom('', 'a', 'b'),
      month,
      // Up to 100 in whatever unit: all off, twice as much, 100 USD.
      value: fc.option(fc.bigInt({ min: 0n, max: 100n * 10n ** 12n })),
    }),
    {
      weight: 2,
      arbitrary: fc.record({
        what: fc.constant('shared-cost' as const),
        pool: fc.constantFrom(...SHARED_POOLS),
        month: fc.constantFrom(...MONTHS.slice(0, -2)),
        amount: fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
      }),
    },
    fc.record({
      what: fc.constant('split' as const),
      pool: fc.constantFrom(...SHARED_POOLS),
      split,
      day: fc.constantFrom(-40, 3, 15, 40),
    }),
    fc.record({ what: fc.constant('team' as const), team: fc.constant('stranger') }),
    fc.record({
      what: fc.constant('mapping' as const),
      pattern: fc.constantFrom('stranger' as const, 's*' as const, 'a' as const),
      team: fc.constantFrom('a' as const, 'b' as const, null),
      fromMonth: month,
      override: fc.boolean(),
    }),
    fc.record({ what: fc.constant('look' as const) }),
    { weight: 2, arbitrary: fc.record({ what: fc.constant('close' as const) }) },
  ),
  { maxLength: 20 },
);

/** All that holds of a month's statements, closed or not. */
function expectToAddUp(statements: DraftStatements): void {
  expect(differenceOfTotals(statements)).toBeUndefined();
  const { total, byKind, corrections } = statements.summary;
  const kinds = Object.values(byKind).reduce((sum, { billed }) => sum + billed, corrections.billed);
  expect(kinds).toBe(total.billed);
  for (const { effective, billed, kind } of linesOf(statements)) {
    expect(billed === null).toBe(effective === null);
    if (kind === 'unpriced') expect(billed).toBeNull();
  }
}

/** What was billed for every closed month in all is what it would be billed now, once the month after has been closed. */
async function expectSettled(world: ClosingWorld, upTo: number): Promise<void> {
  const { inputs } = world.services();
  for (const { kept } of world.closes.slice(0, upTo)) {
    const billed = await billedForMonth(world.store, 1, kept);
    const now = await world.ownLinesOf(kept.period, inputs);
    expect(changesSince(billed, now)).toEqual({ lines: 0, billed: 0n });
  }
}

/** Somebody looks at the draft of the month that comes next. */
async function look(world: ClosingWorld): Promise<void> {
  const name = MONTHS[world.closes.length];
  if (name === undefined) return;
  const draft = await world.services().periods.read({ accountId: 1, period: name });
  if (!draft.ok) throw new Error(draft.failure.detail);
  expectToAddUp(draft.value);
}

async function closeNext(world: ClosingWorld): Promise<void> {
  const name = MONTHS[world.closes.length];
  if (name === undefined) return;
  const { periods } = world.services();
  const draft = await periods.read({ accountId: 1, period: name });
  const sums = await world.close(name);
  const read = await periods.read({ accountId: 1, period: name });
  // What is closed is what the draft said, and what is read again.
  if (!draft.ok) throw new Error(draft.failure.detail);
  if (!read.ok) throw new Error(read.failure.detail);
  const closed = read.value;
  expect(linesOf(closed)).toEqual(linesOf(draft.value));
  expect(sums).toMatchObject({ closing: closed.closing, summary: closed.summary, lineCount: linesOf(closed).length });
  expect(sums.teams).toEqual(
    closed.teams.map(({ lines, models: _, ...team }) => ({ ...team, lineCount: lines.length })),
  );
  expectToAddUp(closed);
  const kept = world.closes.at(-1);
  if (!kept) throw new Error('nothing was closed');
  expect(imbalanceOf(kept.postings)).toBe(0n);
  expect(readDocument(kept.kept.text).billed).toBe(closed.summary.total.billed);
  await expectSettled(world, world.closes.length - 1);
}

it('keeps every promise of a close, whatever happens before, between and after', async () => {
  const seed = Math.trunc(Number(process.env.FC_SEED ?? Math.random() * 2 ** 31));
  console.info(`closing world: seed ${seed}`);
  let runs = 0;
  const seen = { trueUps: 0, tiers: 0, converted: 0 };
  await fc.assert(
    fc.asyncProperty(steps, async (happened) => {
      const world = new ClosingWorld();
      const frozen: string[] = [];
      for (const step of happened) {
        if (step.what === 'close') await closeNext(world);
        else if (step.what === 'look') await look(world);
        else world.take(step);
        // Nothing that happens later changes a byte of what was closed.
        world.closes.forEach(({ kept, lines }, i) => {
          const text = kept.text + lines.map(({ hash }) => hash).join();
          frozen[i] ??= text;
          expect(text).toBe(frozen[i]);
        });
      }
      await closeNext(world);
      await closeNext(world);
      expect(await world.services().chain.firstDifference(1)).toBeUndefined();
      const lines = world.closes.flatMap((close) => close.lines.map(({ line }) => line));
      if (lines.some(isTrueUp)) seen.trueUps += 1;
      if (lines.some((line) => line.kind === 'used' && world.isOfTier(line))) seen.tiers += 1;
      if (lines.some((line) => line.kind === 'used' && isOfForeignPrice(line))) seen.converted += 1;
      // It takes a while, so not each time.
      if ((runs += 1) % 15 === 0) {
        await expectExplained(world);
        await expectEvents(world);
      }
    }),
    { seed, numRuns: 1_000 },
  );
  // Each must have come about, or this has shown nothing of it.
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(0);
}, 600_000);
