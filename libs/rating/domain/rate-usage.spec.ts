import fc from 'fast-check';
import type { MeteredUsage } from '#metering/domain';
import { TOKEN_CLASSES, type TokenClass } from '#token';
import type { Charge } from './charge.js';
import { type RatingContext, rateAtPrices, rateUsage } from './rate-usage.js';
import { bookOf, priceOf, usageOf } from './testing.js';
import { unitPrices } from './unit-prices.js';

const context: RatingContext = { currency: 'USD', isKnownTeam: (team) => team !== 'stranger' };
const rates = (picosPerToken: Partial<Record<TokenClass, bigint>>, picosPerRequest: bigint | null = 0n) => [
  { contextFrom: 0n, picosPerToken, picosPerRequest },
];
const list = priceOf({ rates: rates({ inputUncached: 2_500_000n, cacheRead: 250_000n, output: 10_000_000n }) });
const gpt = { provider: 'openai', model: 'gpt' };
const amounts = (charges: readonly Charge[]) =>
  Object.fromEntries(charges.map((charge) => [charge.tokenClass ?? charge.unit, [charge.list, charge.effective]]));

describe('rateUsage', () => {
  it('multiplies tokens with whole picos per token', () => {
    const usage = usageOf({
      dimension: gpt,
      requests: 3n,
      tokens: { inputUncached: 1200n, cacheRead: 800n, output: 350n },
    });
    const charges = rateUsage([usage], bookOf({ gpt: { list } }), context);
    expect(amounts(charges)).toEqual({
      inputUncached: [3_000_000_000n, 3_000_000_000n],
      cacheRead: [200_000_000n, 200_000_000n],
      output: [3_500_000_000n, 3_500_000_000n],
    });
    expect(charges.map(({ requests }) => requests)).toEqual([3n, 0n, 0n]);
    expect(charges.every(({ kind, origin }) => kind === 'used' && origin.priceVersionId === '1')).toBe(true);
  });

  it('bills own prices, class by class, and keeps the list price beside them', () => {
    const contract = priceOf({ priceVersionId: '2', kind: 'contract', rates: rates({ output: 8_000_000n }) });
    const usage = usageOf({ dimension: gpt, tokens: { inputUncached: 10n, output: 10n } });
    const charges = rateUsage([usage], bookOf({ gpt: { list, contract } }), context);
    expect(amounts(charges)).toEqual({
      inputUncached: [25_000_000n, 25_000_000n],
      output: [100_000_000n, 80_000_000n],
    });
    expect(charges.map(({ origin }) => origin.priceVersionId)).toEqual(['1', '2']);
  });

  it('asks the list for a class that the contract does not name before it bills it as another', () => {
    const contract = priceOf({ priceVersionId: '2', kind: 'contract', rates: rates({ inputUncached: 2_000_000n }) });
    const tokens = { inputUncached: 1n, cacheRead: 1n, cacheWrite5m: 1n, output: 1n, reasoning: 1n };
    const charges = rateUsage([usageOf({ dimension: gpt, tokens })], bookOf({ gpt: { list, contract } }), context);
    expect(amounts(charges)).toEqual({
      inputUncached: [2_500_000n, 2_000_000n],
      cacheRead: [250_000n, 250_000n],
      cacheWrite5m: [2_500_000n, 2_000_000n],
      output: [10_000_000n, 10_000_000n],
      reasoning: [10_000_000n, 10_000_000n],
    });
    expect(charges.map(({ origin }) => origin.priceVersionId)).toEqual(['2', '1', '2', '1', '1']);
  });

  it.each([
    ['names none', null, 20n],
    ['says that it is free', 0n, 0n],
    ['has its own', 3n, 12n],
  ])("bills the list's fee for a request where a contract %s: %s", (_, fee, effective) => {
    const listed = priceOf({ rates: rates({ output: 1n }, 5n) });
    const contract = priceOf({ priceVersionId: '2', kind: 'contract', rates: rates({ output: 1n }, fee) });
    const usage = usageOf({ dimension: gpt, requests: 4n, tokens: { output: 9n } });
    const charges = rateUsage([usage], bookOf({ gpt: { list: listed, contract } }), context);
    expect(amounts(charges).requests).toEqual([20n, effective]);
  });

  it('has no list cost where only a contract prices the model', () => {
    const contract = priceOf({ kind: 'contract', rates: rates({ inputUncached: 1n, output: 2n }) });
    const usage = usageOf({ dimension: gpt, tokens: { inputUncached: 5n } });
    expect(amounts(rateUsage([usage], bookOf({ gpt: { contract } }), context))).toEqual({ inputUncached: [null, 5n] });
  });

  it('bills a class without a rate as the class that providers bill it as', () => {
    const bare = priceOf({ rates: rates({ inputUncached: 3n, cacheWrite5m: 4n, output: 7n }) });
    const usage = usageOf({
      dimension: gpt,
      tokens: { cacheRead: 1n, cacheWrite5m: 1n, cacheWrite1h: 1n, reasoning: 1n },
    });
    expect(amounts(rateUsage([usage], bookOf({ gpt: { list: bare } }), context))).toEqual({
      inputUncached: [0n, 0n],
      cacheRead: [3n, 3n],
      cacheWrite5m: [4n, 4n],
      cacheWrite1h: [4n, 4n],
      reasoning: [7n, 7n],
    });
  });

  it('applies the rate of the largest threshold that the request reached', () => {
    const tiered = priceOf({
      rates: [
        { contextFrom: 0n, picosPerToken: { inputUncached: 1n }, picosPerRequest: 0n },
        { contextFrom: 200_000n, picosPerToken: { inputUncached: 2n }, picosPerRequest: 0n },
      ],
    });
    const cost = (contextFrom: bigint) => {
      const usage = usageOf({ dimension: { ...gpt, contextFrom }, tokens: { inputUncached: 10n } });
      return rateUsage([usage], bookOf({ gpt: { list: tiered } }), context)[0]?.effective;
    };
    expect([cost(0n), cost(128_000n), cost(200_000n), cost(272_000n)]).toEqual([10n, 10n, 20n, 20n]);
  });

  it('charges requests that have a price of their own, once', () => {
    const perRequest = priceOf({ rates: rates({ inputUncached: 1n, output: 1n }, 5_000_000_000n) });
    const usage = usageOf({ dimension: gpt, requests: 4n, tokens: { output: 9n } });
    const charges = rateUsage([usage], bookOf({ gpt: { list: perRequest } }), context);
    expect(amounts(charges)).toEqual({
      inputUncached: [0n, 0n],
      output: [9n, 9n],
      requests: [20_000_000_000n, 20_000_000_000n],
    });
    expect(charges.reduce((sum, { requests }) => sum + requests, 0n)).toBe(4n);
  });

  it('shows usage without a price as unpriced, with null cost and its quantity', () => {
    const usage = usageOf({
      dimension: { ...gpt, model: 'unheard-of' },
      requests: 2n,
      tokens: { inputUncached: 5n, output: 6n },
    });
    const charges = rateUsage([usage], bookOf({}), context);
    expect(charges.map(({ kind, quantity, effective, list: l }) => [kind, quantity, effective, l])).toEqual([
      ['unpriced', 5n, null, null],
      ['unpriced', 6n, null, null],
    ]);
  });

  it('leaves only the class without a price unpriced', () => {
    const inputOnly = priceOf({ rates: rates({ inputUncached: 1n }) });
    const usage = usageOf({ dimension: gpt, tokens: { inputUncached: 5n, output: 6n } });
    const charges = rateUsage([usage], bookOf({ gpt: { list: inputOnly } }), context);
    expect(charges.map(({ kind }) => kind)).toEqual(['used', 'unpriced']);
  });

  describe('a price in another currency that no rate converts', () => {
    const contract = priceOf({
      priceVersionId: '2',
      kind: 'contract',
      currency: 'EUR',
      rates: rates({ output: 8_000_000n }),
    });
    const charged = (prices: Parameters<typeof bookOf>[0], tokens: Partial<Record<TokenClass, bigint>>) => {
      const charges = rateUsage([usageOf({ dimension: gpt, requests: 4n, tokens })], bookOf(prices), context);
      return charges.map(({ tokenClass, kind, list: listed, effective, origin }) => {
        return [tokenClass, kind, listed, effective, origin.priceVersionId];
      });
    };

    it('holds all the same, and what it comes to is not known', () => {
      expect(charged({ gpt: { list, contract } }, { inputUncached: 1n, output: 1n, reasoning: 1n })).toEqual([
        ['inputUncached', 'used', 2_500_000n, 2_500_000n, '1'],
        ['output', 'unpriced', 10_000_000n, null, '2'],
        ['reasoning', 'unpriced', 10_000_000n, null, '2'],
      ]);
      const euro = priceOf({ currency: 'EUR', rates: rates({ inputUncached: 1n }) });
      expect(charged({ gpt: { list: euro } }, { inputUncached: 5n })).toEqual([
        ['inputUncached', 'unpriced', null, null, '1'],
      ]);
    });

    it('asks no other fee for a request, and where it asks none there is none', () => {
      const listed = priceOf({ rates: rates({ inputUncached: 1n }, 5n) });
      const fee = (picosPerRequest: bigint | null, currency: string, publicCurrency = 'USD') => {
        const own = { ...contract, currency, rates: rates({ inputUncached: 1n }, picosPerRequest) };
        const prices = { list: { ...listed, currency: publicCurrency }, contract: own };
        return charged({ gpt: prices }, { inputUncached: 1n }).slice(1);
      };
      expect(fee(3n, 'EUR')).toEqual([[null, 'unpriced', 20n, null, '2']]);
      expect(fee(null, 'EUR')).toEqual([[null, 'used', 20n, 20n, '1']]);
      expect(fee(0n, 'EUR')).toEqual([[null, 'used', 20n, 0n, '2']]);
      expect(fee(0n, 'USD', 'EUR')).toEqual([[null, 'used', null, 0n, '2']]);
    });
  });

  it('calls the cost of a team that the directory lacks unattributed', () => {
    const usage = usageOf({ dimension: { ...gpt, team: 'stranger' }, tokens: { inputUncached: 5n } });
    expect(rateUsage([usage], bookOf({ gpt: { list } }), context)[0]).toMatchObject({
      kind: 'unattributed',
      effective: 12_500_000n,
    });
  });

  it('counts a cached token once: 20,212 input tokens of which 16,298 are cache reads', () => {
    const usage = usageOf({ dimension: gpt, tokens: { inputUncached: 3_914n, cacheRead: 16_298n, output: 931n } });
    const charges = rateUsage([usage], bookOf({ gpt: { list } }), context);
    const total = charges.reduce((sum, { effective }) => sum + (effective ?? 0n), 0n);
    expect(total).toBe(3_914n * 2_500_000n + 16_298n * 250_000n + 931n * 10_000_000n);
  });
});

describe('rateAtPrices', () => {
  const count = fc.bigInt({ min: 1n, max: 10n ** 12n });
  const row = fc.tuple(count, count, count, count, count, count, count).map(
    ([requests, a, b, c, d, e, f]): MeteredUsage =>
      usageOf({
        dimension: gpt,
        requests,
        tokens: { inputUncached: a, cacheRead: b, cacheWrite5m: c, cacheWrite1h: d, output: e, reasoning: f },
      }),
  );
  const merge = (a: MeteredUsage, b: MeteredUsage): MeteredUsage => ({
    ...a,
    requests: a.requests + b.requests,
    tokens: usageOf({
      tokens: Object.fromEntries(TOKEN_CLASSES.map((c) => [c, a.tokens[c] + b.tokens[c]])),
    }).tokens,
  });

  it('rates a modality at its own price, else as text of the class, cached before uncached', () => {
    const audio = { inputUncached: 30n };
    const text = { inputUncached: 10n, cacheRead: 1n, output: 40n };
    const costOf = (picosPerModalityToken: object, tokens: object, own: object = text) => {
      const rate = { contextFrom: 0n, picosPerToken: own, picosPerModalityToken, picosPerRequest: 7n };
      const dimension = { provider: 'openai', model: 'gpt', modality: 'audio' } as const;
      const charges = rateUsage(
        [usageOf({ dimension, tokens, requests: 0n })],
        bookOf({ gpt: { list: priceOf({ rates: [rate] }) } }),
        context,
      );
      return charges.map(({ tokenClass, effective, requests }) => [tokenClass, effective, requests]);
    };
    expect(costOf({ audio }, { inputUncached: 2n, output: 3n })).toEqual([
      ['inputUncached', 60n, 0n],
      ['output', 120n, 0n],
    ]);
    expect(costOf({ audio }, { cacheRead: 2n })).toEqual([['cacheRead', 2n, 0n]]);
    expect(costOf({ audio: { ...audio, cacheRead: 5n } }, { cacheRead: 2n })).toEqual([['cacheRead', 10n, 0n]]);
    expect(costOf({ audio }, { cacheRead: 2n }, { inputUncached: 10n })).toEqual([['cacheRead', 60n, 0n]]);
    expect(costOf({ video: audio }, { inputUncached: 2n })).toEqual([['inputUncached', 20n, 0n]]);
    expect(costOf({ audio }, { output: 1n }, { inputUncached: 10n })).toEqual([['output', null, 0n]]);
  });

  it('rates the sum of two rows as the sum of their ratings', () => {
    const priced = { list: { version: list, tier: undefined }, contract: undefined };
    const prices = unitPrices(priced, { contextFrom: 0n, modality: null, currency: 'USD' });
    fc.assert(
      fc.property(row, row, (a, b) => {
        const cost = (of: MeteredUsage) =>
          rateAtPrices(of, prices, context).reduce((sum, { effective }) => sum + (effective ?? 0n), 0n);
        const carried = (of: MeteredUsage) =>
          rateAtPrices(of, prices, context).reduce((sum, { requests }) => sum + requests, 0n);
        expect(cost(merge(a, b))).toBe(cost(a) + cost(b));
        expect(carried(merge(a, b))).toBe(a.requests + b.requests);
      }),
    );
  });
});
