import { createPriceBook, type PriceVersion } from '#pricing/domain';
import { NO_TOKENS, priceOf } from '../../../rating/domain/testing.js';
import { listOffers } from './list-offers.js';

const sold = (provider: string, input: bigint, output: bigint | undefined, more: Partial<PriceVersion> = {}) =>
  priceOf({
    provider,
    model: 'llama-3.3-70b',
    priceVersionId: String(provider.length),
    ...more,
    rates: [
      {
        contextFrom: 0n,
        picosPerToken: output === undefined ? { inputUncached: input } : { inputUncached: input, output },
        picosPerRequest: null,
      },
    ],
  });

describe('listOffers', () => {
  it('asks every provider that sells the model, and puts the cheapest for these tokens first', () => {
    const book = createPriceBook(
      [
        sold('cheap-in', 100_000n, 9_000_000n),
        sold('even', 600_000n, 800_000n),
        sold('reader', 1n, undefined),
        sold('abroad', 1n, 1n, { currency: 'EUR' }),
        sold('past', 1n, 1n, { validTo: 10 }),
        sold('own', 1n, 1n, { kind: 'contract' }),
        sold('batcher', 1n, 1n, { serviceTier: 'batch' }),
      ],
      [],
    );
    const tokens = { ...NO_TOKENS, inputUncached: 1_000_000n, output: 1_000_000n };
    const offers = listOffers(book, { model: 'LLAMA-3.3-70B', tokens, at: 20, currency: 'USD' });
    expect(offers.map(({ provider, inputUncached, output, cost }) => [provider, inputUncached, output, cost])).toEqual([
      ['even', '0.6', '0.8', 1_400_000_000_000n],
      ['cheap-in', '0.1', '9', 9_100_000_000_000n],
      ['reader', '0.000001', null, null],
    ]);
  });

  it('has none for a model that nobody sells', () => {
    const book = createPriceBook([sold('x', 1n, 1n)], []);
    expect(listOffers(book, { model: 'our-own', tokens: NO_TOKENS, at: 0, currency: 'USD' })).toEqual([]);
  });
});
