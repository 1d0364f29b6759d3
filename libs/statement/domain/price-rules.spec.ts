import { createPriceBook, type PriceRule } from '#pricing/domain';
import { priceOf, ruleOf, usageOf } from '../../rating/domain/testing.js';
import { linesOf } from './close/close-statements.js';
import { billInputsOf, draftByColumns, draftOf, quarter } from './testing.js';

/** 2.5 and 10 USD per 1M tokens; output at 8 by contract. */
const rates = (picosPerToken: Record<string, bigint>) => [{ contextFrom: 0n, picosPerToken, picosPerRequest: null }];
const book = createPriceBook(
  [
    priceOf({ priceVersionId: '1', rates: rates({ inputUncached: 2_500_000n, output: 10_000_000n }) }),
    priceOf({ priceVersionId: '2', kind: 'contract', rates: rates({ output: 8_000_000n }) }),
  ],
  [],
);
const percent = (value: bigint) => value * 10n ** 12n;
const HALF = 5n * 10n ** 11n;
const usage = (team: string, at: number, output: bigint, rest: { serviceTier?: string; costCenter?: string } = {}) =>
  usageOf({
    chargePeriod: quarter(at),
    dimension: { team, provider: 'openai', model: 'gpt', ...rest },
    tokens: { output },
  });

function bill(priceRules: readonly PriceRule[], rows: readonly ReturnType<typeof usage>[], isOver = true) {
  const inputs = billInputsOf({ teams: ['ads', 'search'], book, priceRules, isOver });
  const draft = draftOf(inputs, rows);
  expect(draftByColumns(inputs, rows).draft).toEqual(draft);
  return draft;
}

function lines(...of: Parameters<typeof bill>) {
  const priced = linesOf(bill(...of)).filter(({ tokenClass }) => tokenClass !== 'inputUncached');
  return priced.map(({ team, kind, list, effective, priceVersionId, priceRules }) => {
    return [team, kind, list, effective, priceVersionId, priceRules];
  });
}

describe('a tier multiplier', () => {
  const batch = ruleOf({ kind: 'tier_multiplier', value: HALF, serviceTier: 'batch' });

  it('prices a tier without a price at so many times the standard one, public and own', () => {
    expect(lines([batch], [usage('ads', 0, 7n, { serviceTier: 'Batch' }), usage('ads', 0, 5n)])).toEqual([
      ['ads', 'used', 50_000_000n, 40_000_000n, '2', undefined],
      ['ads', 'used', 35_000_000n, 28_000_000n, '2', '1'],
    ]);
  });

  it('leaves another tier, and the time before it holds, without a price', () => {
    const later = { ...batch, validFrom: quarter(4) };
    const rows = [usage('ads', 0, 7n, { serviceTier: 'flex' }), usage('search', 3, 7n, { serviceTier: 'batch' })];
    expect(lines([later], rows).map(([team, kind, , effective]) => [team, kind, effective])).toEqual([
      ['ads', 'unpriced', null],
      ['search', 'unpriced', null],
    ]);
  });

  it('rounds a line once, half-even, however many charge periods it has', () => {
    // 3 x 8,000,000 x 10^-8 = 0.24 in each of three periods, 0.72 together; 0.3 and 0.9 at the list price.
    const tiny = { ...batch, value: 10_000n };
    const rows = [0, 1, 2].map((at) => usage('ads', at, 3n, { serviceTier: 'batch' }));
    expect(lines([tiny], rows)).toEqual([['ads', 'used', 1n, 1n, '2', '1']]);
    // 8,000,000 x 6.25 x 10^-8 = 0.5 goes to the even 0; 10,000,000 x the same = 0.625 to 1.
    expect(lines([{ ...tiny, value: 62_500n }], [usage('ads', 0, 1n, { serviceTier: 'batch' })])).toEqual([
      ['ads', 'used', 1n, 0n, '2', '1'],
    ]);
  });
});

describe('discounts and markups', () => {
  it('are on what usage costs, a markup on what the discount leaves, and never on the list price', () => {
    const rules = [
      ruleOf({ kind: 'discount', value: percent(10n), priceRuleId: '7' }),
      ruleOf({ kind: 'markup', value: percent(5n), priceRuleId: '8', team: 'ads' }),
    ];
    // 1,000 x 8,000,000 = 8e9; x 0.9 = 7.2e9; x 1.05 = 7.56e9.
    expect(lines(rules, [usage('ads', 0, 1_000n), usage('search', 0, 1_000n)])).toEqual([
      ['ads', 'used', 10_000_000_000n, 7_560_000_000n, '2', '7 8'],
      ['search', 'used', 10_000_000_000n, 7_200_000_000n, '2', '7'],
    ]);
  });

  it('begin and end within a month: each part on a line of its own', () => {
    const rules = [ruleOf({ kind: 'discount', value: percent(25n), validFrom: quarter(4), validTo: quarter(8) })];
    const rows = [3, 4, 7, 8].map((at) => usage('ads', at, 100n));
    expect(lines(rules, rows)).toEqual([
      ['ads', 'used', 2_000_000_000n, 1_600_000_000n, '2', undefined],
      ['ads', 'used', 2_000_000_000n, 1_200_000_000n, '2', '1'],
    ]);
  });

  it('ask for the cost centre that the event wrote down', () => {
    const rules = [ruleOf({ kind: 'discount', value: percent(100n), costCenter: 'cc-1' })];
    const rows = [usage('ads', 0, 1n, { costCenter: 'cc-1' }), usage('ads', 0, 1n, { costCenter: 'cc-2' })];
    expect(lines(rules, rows).map(([, , , effective]) => effective)).toEqual([0n, 8_000_000n]);
  });
});

describe('a minimum commitment', () => {
  const minimum = (value: bigint, rest: Partial<PriceRule> = {}) =>
    ruleOf({ kind: 'minimum', value, provider: 'openai', currency: 'USD', priceRuleId: '5', ...rest });

  it('charges what is missing to those who used the provider, by what that cost', () => {
    // 3 and 1 tokens at 8,000,000 are 32,000,000; 18,000,000 are missing to 50,000,000: 13,500,000 and 4,500,000.
    expect(lines([minimum(50_000_000n)], [usage('ads', 0, 3n), usage('search', 0, 1n)])).toEqual([
      ['ads', 'adjustment', 0n, 13_500_000n, null, '5'],
      ['ads', 'used', 30_000_000n, 24_000_000n, '2', undefined],
      ['search', 'adjustment', 0n, 4_500_000n, null, '5'],
      ['search', 'used', 10_000_000n, 8_000_000n, '2', undefined],
    ]);
  });

  it('is on the statement of the provider, which comes to the minimum', () => {
    const { providers, summary } = bill([minimum(50_000_000_000_000n)], [usage('ads', 0, 3n)]);
    expect(providers).toMatchObject([
      { provider: 'openai', total: { effective: 50_000_000_000_000n, billed: 5_000n } },
    ]);
    expect(summary.byKind.adjustment.billed).toBe(5_000n - summary.byKind.used.billed);
  });

  it('is the platform team to pay where nobody used anything', () => {
    expect(lines([minimum(7n)], [])).toEqual([['platform', 'adjustment', 0n, 7n, null, '5']]);
  });

  it('waits for the end of the month, and asks for nothing once enough was spent', () => {
    expect(lines([minimum(10n ** 15n)], [usage('ads', 0, 3n)], false)).toHaveLength(1);
    expect(lines([minimum(24_000_000n)], [usage('ads', 0, 3n)])).toHaveLength(1);
  });

  it('holds for whole months, and of two of one scope the later', () => {
    const begun = minimum(1_000n, { validFrom: quarter(1), priceRuleId: '6' });
    const ended = minimum(2_000n, { validTo: quarter(1), priceRuleId: '7' });
    const before = minimum(3_000n, { validFrom: -1, priceRuleId: '8' });
    const now = minimum(4_000n, { validFrom: quarter(0), priceRuleId: '9' });
    expect(lines([begun, ended], [])).toEqual([]);
    expect(lines([now, before], []).map(([, , , effective, , rule]) => [effective, rule])).toEqual([[4_000n, '9']]);
  });

  it('of some models counts towards that of their provider', () => {
    const rules = [minimum(100n, { priceRuleId: '6' }), minimum(60n, { model: 'gpt*', priceRuleId: '7' })];
    expect(lines(rules, []).map(([, , , effective, , rule]) => [effective, rule])).toEqual([
      [40n, '6'],
      [60n, '7'],
    ]);
  });

  it('of some models counts towards that of more of them, however the patterns are written', () => {
    const paid = (wide: string, narrow: string) => {
      const rules = [
        minimum(100n, { model: wide, priceRuleId: '6' }),
        minimum(60n, { model: narrow, priceRuleId: '7' }),
      ];
      return lines(rules, []).map(([, , , effective, , rule]) => [effective, rule]);
    };
    const nested = [
      [40n, '6'],
      [60n, '7'],
    ];
    expect(paid('gpt*', 'gpt-5*')).toEqual(nested);
    expect(paid('*g*p*t*', 'gpt')).toEqual(nested);
    expect(paid('*5*', '5**')).toEqual(nested);
    expect(paid('gpt-5*', 'gpt*')).toEqual([[100n, '6']]);
    expect(paid('*mini', 'gpt*')).toEqual([
      [100n, '6'],
      [60n, '7'],
    ]);
  });

  it('counts towards the wider one beside the usage that it is to pay for', () => {
    // 3 tokens of gpt at 8,000,000 are 24,000,000: 6,000,000 to the narrower, with which 30,000,000 count to the wider.
    const rules = [
      minimum(36_000_000n, { model: 'g*', priceRuleId: '6' }),
      minimum(30_000_000n, { model: 'gpt*', priceRuleId: '7' }),
    ];
    const paid = lines(rules, [usage('ads', 0, 3n)]).filter(([, kind]) => kind === 'adjustment');
    expect(paid.map(([, , , effective, , rule]) => [effective, rule])).toEqual([
      [6_000_000n, '6'],
      [6_000_000n, '7'],
    ]);
  });

  it('counts what usage costs after its discount', () => {
    const off = ruleOf({ kind: 'discount', value: percent(50n) });
    const [adjustment] = lines([minimum(24_000_000n), off], [usage('ads', 0, 3n)]);
    expect(adjustment).toEqual(['ads', 'adjustment', 0n, 12_000_000n, null, '5']);
  });
});
