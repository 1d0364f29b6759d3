import fc from 'fast-check';
import { type InvoicedAmount, type InvoiceInputs, NO_INVOICES } from '#invoice/domain';
import { outputWeight } from '../../../allocation/domain/testing.js';
import { amountOf, matchOf, policyFor } from '../../../invoice/domain/testing.js';
import { bookOf, priceOf, usageOf } from '../../../rating/domain/testing.js';
import { assembleDraft } from '../assemble-draft.js';
import { BillSums } from '../bill-sums.js';
import { BillUsage } from '../bill-usage.js';
import { linesOf } from '../close/close-statements.js';
import { differenceOfTotals } from '../difference.js';
import { billInputsOf, draftByColumns, draftOf, quarter, recordOf } from '../testing.js';

const DOLLAR = 10n ** 12n;
const PRICE = priceOf({
  rates: [{ contextFrom: 0n, picosPerToken: { inputUncached: 1_000_000n, output: 1_000_000n }, picosPerRequest: null }],
});

/** A pool that cost 55.04 and a provider at 1.00 per 1M tokens. */
function inputsOf(invoices: Partial<InvoiceInputs>, over: { accruedTo?: number; isOver?: boolean } = {}) {
  return billInputsOf({
    teams: ['a', 'b'],
    book: bookOf({ gpt: { list: PRICE } }),
    pools: [
      {
        pool: 'h100',
        policies: [{ pool: 'h100', version: 1, validFrom: 0, attribution: outputWeight(1_000_000n), idle: 'separate' }],
        records: [recordOf({ quarters: 4 })],
      },
    ],
    invoices: { ...NO_INVOICES, ...invoices },
    ...over,
  });
}

const onPool = (team: string, output: bigint) =>
  usageOf({ chargePeriod: quarter(0), dimension: { team, pool: 'h100' }, tokens: { output } });
const rated = (team: string, output: bigint, provider = 'openai') =>
  usageOf({ chargePeriod: quarter(1), dimension: { team, provider, model: 'gpt' }, tokens: { output } });
const USAGE = [onPool('a', 3n), onPool('b', 1n), rated('a', 3_000_000n), rated('b', 1_000_000n)];
const OF_POOL = { pool: 'h100' };
const BOTH = [policyFor('pool:h100'), policyFor('provider:openai')];

function adjustments(inputs: ReturnType<typeof inputsOf>, usage = USAGE) {
  return linesOf(draftOf(inputs, usage)).filter(({ kind }) => kind === 'adjustment');
}

function reconciliationOf(inputs: ReturnType<typeof inputsOf>, usage = USAGE) {
  const sums = new BillSums('platform');
  const bill = new BillUsage(inputs, sums);
  bill.billPeriod(
    quarter(0),
    usage.filter(({ chargePeriod }) => chargePeriod === quarter(0)),
  );
  bill.billPeriod(
    quarter(1),
    usage.filter(({ chargePeriod }) => chargePeriod === quarter(1)),
  );
  bill.billUnused();
  assembleDraft(inputs, sums);
  return sums.reconciliation;
}

describe('a true-up to invoices', () => {
  it('splits what was invoiced beyond the lines by what they cost, and idle capacity bears its part', () => {
    const amounts = [
      amountOf({ ...OF_POOL, amount: 60n * DOLLAR }),
      amountOf({ invoiceId: '2', provider: 'openai', amount: 3n * DOLLAR }),
    ];
    const lines = adjustments(inputsOf({ amounts, policies: BOTH }));
    // 4.96 by 10.32 : 3.44 : 41.28 of 55.04, and -1.00 by 3 : 1.
    expect(lines.map(({ team, provider, effective, list }) => [team, provider, effective, list])).toEqual([
      ['a', 'openai', -750_000_000_000n, 0n],
      ['a', null, 930_000_000_000n, 0n],
      ['b', 'openai', -250_000_000_000n, 0n],
      ['b', null, 310_000_000_000n, 0n],
      ['platform', null, 3_720_000_000_000n, 0n],
    ]);
  });

  it('is of the version of what was agreed, and happens once the month is over', () => {
    const amounts = [amountOf({ ...OF_POOL, amount: 60n * DOLLAR })];
    const policies = [policyFor('pool:h100', { version: 7 })];
    expect(adjustments(inputsOf({ amounts, policies })).map(({ policyVersion }) => policyVersion)).toEqual([7, 7, 7]);
    expect(adjustments(inputsOf({ amounts, policies }, { accruedTo: quarter(8) }))).toEqual([]);
    expect(adjustments(inputsOf({ amounts, policies }, { isOver: false }))).toEqual([]);
    expect(adjustments(inputsOf({ amounts }))).toEqual([]);
    expect(adjustments(inputsOf({ policies }))).toEqual([]);
  });

  it('leaves to the platform team what nobody used', () => {
    const amounts = [amountOf({ provider: 'openai', amount: 2n * DOLLAR })];
    const matches = [matchOf({ provider: 'openai', target: { to: 'provider', provider: 'OpenAI', model: null } })];
    const inputs = inputsOf({ amounts, matches, policies: BOTH });
    const lines = adjustments(inputs, [onPool('a', 1n)]);
    expect(lines).toMatchObject([{ team: 'platform', provider: 'openai', model: null, billed: 200n }]);
  });

  it('knows a provider by one name, however events spell it, and still comes to whole cents', () => {
    const usage = [rated('a', 1_333_333n, 'OpenAI'), rated('b', 1_333_333n), rated('b', 1_333_333n, ' openai')];
    const amounts = [amountOf({ provider: 'openai', amount: 5n * DOLLAR })];
    const draft = draftOf(inputsOf({ amounts, policies: BOTH }), usage);
    expect(draft.providers.reduce((sum, { total }) => sum + total.billed, 0n)).toBe(500n);
    expect(differenceOfTotals(draft)).toBeUndefined();
  });

  it('brings every spelling to whole cents also where there is nothing to add in all', () => {
    // Two half cents, each of which alone is rounded to nothing, and an invoice over one cent.
    const usage = [rated('a', 5_000n, 'OpenAI'), rated('b', 5_000n)];
    const amounts = [amountOf({ provider: 'openai', amount: DOLLAR / 100n })];
    const draft = draftOf(inputsOf({ amounts, policies: BOTH }), usage);
    expect(draft.providers.map(({ total }) => total.billed)).toEqual([1n, 0n]);
    expect(draft.summary.byKind.adjustment).toMatchObject({ effective: 0n });
    expect(differenceOfTotals(draft)).toBeUndefined();
  });

  it('tells how parties stand, within their tolerance', () => {
    const amounts = [
      amountOf({ ...OF_POOL, amount: 55n * DOLLAR, sku: 'p5' }),
      amountOf({ invoiceId: '2', provider: 'openai', model: 'gpt', amount: 4_020_000_000_000n }),
      amountOf({ invoiceId: '3', provider: 'gcp', sku: 'x', amount: DOLLAR }),
      amountOf({ invoiceId: '4', pool: 'no-such-pool', amount: DOLLAR }),
    ];
    const hold = { policy: 'hold' } as const;
    const of = (poolBasisPoints: number, tolerance: bigint) =>
      reconciliationOf(
        inputsOf({
          amounts,
          policies: [
            policyFor('pool:h100', { ...hold, toleranceBasisPoints: poolBasisPoints }),
            policyFor('provider:openai', { ...hold, tolerance }),
          ],
        }),
      );
    // 0.04 of 55.04 is 7.27 hundredths of a per cent; 0.02 of 4.00 is 50.
    expect(of(7, 20_000_000_000n - 1n).parties).toMatchObject([
      { party: 'pool:h100', state: 'differs', difference: -4n, differenceBasisPoints: -7n },
      { party: 'provider:openai', state: 'differs', difference: 2n, differenceBasisPoints: 50n },
    ]);
    const { parties, unmatched } = of(8, 20_000_000_000n);
    expect(parties.map(({ state }) => state)).toEqual(['matched', 'matched']);
    expect(parties[1]?.models).toEqual([{ model: 'gpt', metered: 4n * DOLLAR, invoiced: 4_020_000_000_000n }]);
    expect(unmatched.map(({ provider, sku, invoiced }) => [provider, sku, invoiced])).toEqual([
      ['aws', null, 100n],
      ['gcp', 'x', 100n],
    ]);
  });

  it('sums to the invoices whatever they say, and both ways of billing come to the same', () => {
    const amount: fc.Arbitrary<InvoicedAmount> = fc
      .record({
        invoiceId: fc.constantFrom('1', '2'),
        period: fc.constantFrom('2023-11', '2023-11', '2023-12'),
        provider: fc.constantFrom('aws', 'openai'),
        pool: fc.constantFrom('h100', null),
        amount: fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n }),
      })
      .map((over) => amountOf(over));
    const usage = fc.array(
      fc.oneof(
        fc
          .tuple(fc.constantFrom('a', 'b', 'c'), fc.bigInt({ min: 0n, max: 1_000n }))
          .map(([team, n]) => onPool(team, n)),
        fc
          .tuple(
            fc.constantFrom('a', 'b', 'c'),
            fc.bigInt({ min: 0n, max: 10n ** 7n }),
            fc.constantFrom('openai', 'OpenAI'),
          )
          .map(([team, n, provider]) => rated(team, n, provider)),
      ),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(fc.array(amount, { maxLength: 6 }), usage, (amounts, rows) => {
        const inputs = inputsOf({ amounts, policies: BOTH });
        const unique = [...new Map(rows.map((row) => [`${row.chargePeriod} ${row.dimensionKey}`, row])).values()];
        const draft = draftOf(inputs, unique);
        expect(differenceOfTotals(draft)).toBeUndefined();
        expect(draftByColumns(inputs, unique).draft).toEqual(draft);
        const reversed = inputsOf({ amounts: [...amounts].reverse(), policies: BOTH });
        expect(draftOf(reversed, unique)).toEqual(draft);
        for (const { party, pool, invoiced } of reconciliationOf(inputs, unique).parties) {
          const own = linesOf(draft).filter((line) => (pool === null ? line.pool === null : line.pool === pool));
          const billed = own.reduce((sum, line) => sum + (line.billed ?? 0n), 0n);
          if (invoiced !== null) expect([party, billed]).toEqual([party, invoiced]);
        }
      }),
      { numRuns: 30 },
    );
  });
});
