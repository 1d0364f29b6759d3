import type { FxRate, PriceVersion } from '#pricing/domain';
import { bookOf, priceOf, usageOf } from '../../rating/domain/testing.js';
import { linesOf } from './close/close-statements.js';
import { billInputsOf, draftByColumns, draftOf, quarter } from './testing.js';

const flat = { contextFrom: 0n, picosPerToken: { inputUncached: 2n, output: 10n }, picosPerRequest: null };
const contractOf = (terms: Pick<PriceVersion, 'volumePrices'> & Partial<PriceVersion>) =>
  priceOf({ priceVersionId: '9', kind: 'contract', rates: [{ ...flat, picosPerToken: {} }], ...terms });
/** The first 1,000 output tokens at 10, what is beyond at 4. */
const graduated = contractOf({
  volumePrices: {
    output: {
      model: 'graduated',
      tiers: [
        { volumeFrom: 0n, picosPerToken: 10n },
        { volumeFrom: 1_000n, picosPerToken: 4n },
      ],
    },
  },
});
const usage = (team: string, at: number, output: bigint, model = 'gpt') =>
  usageOf({ chargePeriod: quarter(at), dimension: { team, provider: 'openai', model }, tokens: { output } });
const costs = (
  contract: PriceVersion,
  rows: readonly ReturnType<typeof usage>[],
  list = priceOf({ rates: [flat] }),
  fxRates: readonly FxRate[] = [],
) => {
  const inputs = billInputsOf({ teams: ['ads', 'search'], book: bookOf({ gpt: { list, contract } }), fxRates });
  const draft = draftOf(inputs, rows);
  expect(draftByColumns(inputs, rows).draft).toEqual(draft);
  return linesOf(draft).map(({ team, tokenClass, quantity, list: public_, effective }) => {
    return [team, tokenClass, quantity, public_, effective];
  });
};

describe('a price that follows the volume', () => {
  it('prices the whole month at once, and every token of it alike', () => {
    // 1,000 x 10 + 500 x 4 = 12,000 for 1,500 tokens: 8 for each, whoever was first.
    const rows = [usage('ads', 0, 500n), usage('ads', 9, 250n), usage('search', 1, 750n)];
    expect(costs(graduated, rows)).toEqual([
      ['ads', 'inputUncached', 0n, 0n, 0n],
      ['ads', 'output', 750n, 7_500n, 6_000n],
      ['search', 'inputUncached', 0n, 0n, 0n],
      ['search', 'output', 750n, 7_500n, 6_000n],
    ]);
  });

  it('gives what does not divide to the largest remainders, to the pico', () => {
    // 1,000 x 10 + 1 x 4 = 10,004 over 1 and 1,000 tokens: 9.994 and 9,994.006.
    const rows = [usage('ads', 0, 1n), usage('search', 1, 1_000n)];
    expect(costs(graduated, rows).map(([, , , , effective]) => effective)).toEqual([0n, 10n, 0n, 9_994n]);
  });

  it('counts what is billed as another class with it', () => {
    // No price names reasoning, so its 600 tokens are output: 1,000 x 10 + 200 x 4 = 10,800 for 1,200.
    const both = usageOf({
      chargePeriod: quarter(0),
      dimension: { team: 'ads', provider: 'openai', model: 'gpt' },
      tokens: { output: 600n, reasoning: 600n },
    });
    expect(costs(graduated, [both])).toEqual([
      ['ads', 'inputUncached', 0n, 0n, 0n],
      ['ads', 'output', 600n, 6_000n, 5_400n],
      ['ads', 'reasoning', 600n, 6_000n, 5_400n],
    ]);
  });

  it('charges a package that was only begun', () => {
    const price = { model: 'package', packageTokens: 1_000n, picosPerPackage: 900n } as const;
    const rows = [usage('ads', 0, 1n), usage('search', 5, 1_000n)];
    // Two packages, 1,800 over 1,001 tokens: 1.798 and 1,798.202.
    expect(costs(contractOf({ volumePrices: { output: price } }), rows).map(([, , , , cost]) => cost)).toEqual([
      0n,
      2n,
      0n,
      1_798n,
    ]);
  });

  it('counts usage that no rate of exchange converts, and knows no cost of it', () => {
    // Of 1,500 tokens the 500 of 2 November have a rate: a third of 1,000 x 10 + 500 x 4, times 2.
    const rows = [usage('ads', 0, 1_000n), usage('ads', 100, 500n)];
    const fx = { fxRateId: '1', from: 'EUR', to: 'USD', day: '2023-11-02', version: 1, source: 'ECB' };
    const fxRates = [{ ...fx, rate: 2_000_000_000_000n }];
    expect(costs({ ...graduated, currency: 'EUR' }, rows, undefined, fxRates)).toEqual([
      ['ads', 'inputUncached', 0n, 0n, 0n],
      ['ads', 'output', 500n, 5_000n, 8_000n],
      ['ads', 'output', 1_000n, 10_000n, null],
    ]);
  });

  it('leaves usage without a list price without a list cost, and never without its own', () => {
    const bare = priceOf({ rates: [{ ...flat, picosPerToken: { inputUncached: 2n } }] });
    expect(costs(graduated, [usage('ads', 0, 10n)], bare)).toEqual([
      ['ads', 'inputUncached', 0n, 0n, 0n],
      ['ads', 'output', 10n, null, 100n],
    ]);
  });
});
