import fc from 'fast-check';
import { type SharedSplit, toTeamShares } from '#cost-record/domain';
import { type InvoiceInputs, NO_INVOICES } from '#invoice/domain';
import { formatPicos } from '#money';
import { outputWeight } from '../../../allocation/domain/testing.js';
import { expectSame, sharedCostOf } from '../../../cost-record/domain/testing.js';
import { amountOf, policyFor } from '../../../invoice/domain/testing.js';
import { bookOf, priceOf, usageOf } from '../../../rating/domain/testing.js';
import type { BilledSharedPool } from '../bill-inputs.js';
import { linesOf } from '../close/close-statements.js';
import { differenceOfTotals } from '../difference.js';
import { sharedPoolsOf } from '../shared/testing.js';
import { billInputsOf, draftByColumns, draftOf, quarter, recordOf } from '../testing.js';

const DOLLAR = 10n ** 12n;
const MONTH_QUARTERS = 30 * 96;
const PRICE = priceOf({
  rates: [{ contextFrom: 0n, picosPerToken: { output: 1_000_000n }, picosPerRequest: null }],
});
const pool = (name: string, splits: readonly (readonly [from: number, split: SharedSplit])[]): BilledSharedPool => ({
  pool: name,
  policies: splits.map(([from, split], i) => ({ pool: name, version: i + 1, validFrom: quarter(from), split })),
  sharedCosts: [],
});

/** A pool that cost 55.04 and of which team a used three quarters, and 3.00 and 1.00 of a provider that is spelled in two ways. */
function inputsOf(sharedPools: readonly BilledSharedPool[], invoices: Partial<InvoiceInputs>) {
  const attribution = outputWeight(1_000_000n);
  return billInputsOf({
    teams: ['a', 'b'],
    book: bookOf({ gpt: { list: PRICE } }),
    pools: [
      {
        pool: 'h100',
        policies: [{ pool: 'h100', version: 1, validFrom: 0, attribution, idle: 'proportional' }],
        records: [recordOf({ quarters: 4 })],
      },
    ],
    sharedPools,
    invoices: { ...NO_INVOICES, ...invoices },
  });
}
const onPool = (team: string, output: bigint) =>
  usageOf({ chargePeriod: quarter(0), dimension: { team, pool: 'h100', project: 'x' }, tokens: { output } });
const rated = (team: string, output: bigint, provider: string) =>
  usageOf({ chargePeriod: quarter(1), dimension: { team, provider, model: 'gpt' }, tokens: { output } });
const USAGE = [onPool('a', 3n), onPool('b', 1n), rated('a', 3_000_000n, 'openai'), rated('b', 1_000_000n, 'OpenAI')];

const shares = (party: string, sharedPool: string) =>
  policyFor(party, { version: 7, policy: 'shared_pool' as const, sharedPool });
const ofPool = { pool: 'h100', amount: 60n * DOLLAR };

/** Owner, party and amount of each line of a difference. */
function adjustments(sharedPools: readonly BilledSharedPool[], invoices: Partial<InvoiceInputs>) {
  return linesOf(draftOf(inputsOf(sharedPools, invoices), USAGE))
    .filter(({ kind }) => kind === 'adjustment')
    .map(({ team, project, pool: of, provider, policyVersion, effective }) => {
      return [team, project, of ?? provider, policyVersion, formatPicos(effective ?? 0n)];
    });
}

describe('a difference to an invoice that a shared pool takes', () => {
  it('goes to whom that pool goes, on the lines of the party that was invoiced', () => {
    const even = pool('overhead', [[0, { over: 'teams', by: 'even' }]]);
    const invoices = { amounts: [amountOf(ofPool)], policies: [shares('pool:h100', 'overhead')] };
    expect(adjustments([even], invoices)).toEqual([
      ['a', null, 'h100', 7, '2.48'],
      ['b', null, 'h100', 7, '2.48'],
    ]);
  });

  it('follows the cost of pools, and through other shared pools', () => {
    const net = pool('net', [[0, { over: 'pools', by: 'even', pools: ['h100', 'staff'] }]]);
    const staff = pool('staff', [[0, { over: 'teams', by: 'fixed', shares: toTeamShares([['c', 100_000_000n]]) }]]);
    const invoices = { amounts: [amountOf(ofPool)], policies: [shares('pool:h100', 'net')] };
    // 2.48 by the pool's own cost, as 3 to 1, and 2.48 to team c.
    expect(adjustments([net, staff], invoices)).toEqual([
      ['a', 'x', 'h100', 7, '1.86'],
      ['b', 'x', 'h100', 7, '0.62'],
      ['c', null, 'h100', 7, '2.48'],
    ]);
  });

  it('is split by time where the policy changes, and is the platform’s before there was one', () => {
    const late = pool('overhead', [[MONTH_QUARTERS / 2, { over: 'teams', by: 'even' }]]);
    const invoices = { amounts: [amountOf(ofPool)], policies: [shares('pool:h100', 'overhead')] };
    expect(adjustments([late], invoices)).toEqual([
      ['a', null, 'h100', 7, '1.24'],
      ['b', null, 'h100', 7, '1.24'],
      ['platform', null, 'h100', 7, '2.48'],
    ]);
  });

  it('credits as well as it charges, and comes to whole cents however a provider is spelled', () => {
    const even = pool('overhead', [[0, { over: 'teams', by: 'even' }]]);
    const policies = [shares('provider:openai', 'overhead')];
    const amounts = [amountOf({ provider: 'openai', amount: 2n * DOLLAR })];
    expect(adjustments([even], { amounts, policies })).toEqual([
      ['a', null, 'OpenAI', 7, '-0.25'],
      ['a', null, 'openai', 7, '-0.75'],
      ['b', null, 'OpenAI', 7, '-0.25'],
      ['b', null, 'openai', 7, '-0.75'],
    ]);
  });

  it('bears on no other difference, nor on what the shared pool costs itself', () => {
    const overhead = pool('overhead', [[0, { over: 'teams', by: 'attributed_cost' }]]);
    const costing = { ...overhead, sharedCosts: [sharedCostOf({ pool: 'overhead', amount: 9n * DOLLAR })] };
    const amounts = [amountOf(ofPool), amountOf({ invoiceId: '2', provider: 'openai', amount: 9n * DOLLAR })];
    const both = [shares('pool:h100', 'overhead'), policyFor('provider:openai')];
    const all = adjustments([costing], { amounts, policies: both });
    const alone = adjustments([overhead], { amounts, policies: both.slice(0, 1) });
    expect(all.filter(([, , party]) => party === 'h100')).toEqual(alone);
    expect(alone.length).toBeGreaterThan(0);
  });

  it('sums to the invoices whatever pools there are, and both ways of billing come to the same', () => {
    const amount = fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n });
    fc.assert(
      fc.property(sharedPoolsOf(['net', 'disk'], ['h100']), amount, amount, (sharedPools, ofH100, ofOpenai) => {
        const amounts = [
          amountOf({ pool: 'h100', amount: ofH100 }),
          amountOf({ invoiceId: '2', provider: 'openai', amount: ofOpenai }),
        ];
        const policies = [shares('pool:h100', 'net'), shares('provider:openai', 'disk')];
        const inputs = inputsOf(sharedPools, { amounts, policies });
        const draft = draftOf(inputs, USAGE);
        expect(differenceOfTotals(draft)).toBeUndefined();
        for (const { unexplained } of draft.pools) expect(unexplained).toBe(0n);
        expectSame(draftByColumns(inputs, USAGE).draft, draft);
        expectSame(draftOf(inputsOf([...sharedPools].reverse(), { amounts, policies }), USAGE), draft);
        const billed = (isOf: (line: { pool: string | null }) => boolean) =>
          linesOf(draft)
            .filter(isOf)
            .reduce((sum, line) => sum + (line.billed ?? 0n), 0n);
        const cents = (picos: bigint) => Number(formatPicos(picos)) * 100;
        expect(Math.abs(Number(billed((line) => line.pool === 'h100')) - cents(ofH100))).toBeLessThanOrEqual(0.5);
        expect(Math.abs(Number(billed((line) => line.pool === null)) - cents(ofOpenai))).toBeLessThanOrEqual(0.5);
      }),
      { numRuns: 60 },
    );
  });
});
