import type { AccountReader } from '#directory';
import { createPriceBook, type PriceSources } from '#pricing';
import type { QuotaFacts } from '../domain/index.js';
import { EstimateUsage } from './estimate-usage.js';
import { LoadPricing } from './load-pricing.js';
import type { PoolRate, PoolRateStore } from './pool-rates.js';
import { RecentUsage } from './recent-usage.js';

class Outage extends Error {}

/** 2024-10-14, half an hour before it is over. */
const NOW = Date.UTC(2024, 9, 14, 23, 30);
const FACTS: QuotaFacts = {
  ...{ businessUnit: null, costCenter: null, team: 'search', project: null, apiKey: null, user: null, tags: {} },
  ...{ provider: null, model: 'llama', pool: 'h100', tier: 'standard', status: null },
};

describe('an estimate while the database is out of reach', () => {
  const clock = { at: NOW, now: () => clock.at };
  let failure: Error | undefined;
  let reads: number;
  const reading = <T>(value: T): Promise<T> => {
    reads += 1;
    return failure ? Promise.reject(failure) : Promise.resolve(value);
  };
  const rate = {
    ...{ pool: 'h100', validFrom: 0, effectivePicosPerMillion: 4_000_000n, billedPicosPerMillion: 3_000_000n },
  } as unknown as PoolRate;
  const isOutage = (error: unknown) => error instanceof Outage;
  const open = () => {
    const accounts = { load: () => reading({ currency: 'EUR', timeZone: 'UTC' }) } as unknown as AccountReader;
    const sources = {
      prices: { load: () => Promise.resolve(createPriceBook([], [])) },
      priceRules: { load: () => Promise.resolve([]) },
      fxRates: { load: () => Promise.resolve([]) },
    } as unknown as PriceSources;
    const rates = { load: () => Promise.resolve([rate]) } as unknown as PoolRateStore;
    const recent = { p95: () => reading({ inputTokens: 40n, outputTokens: 60n }) };
    const pricing = new LoadPricing(accounts, sources, rates, clock, isOutage);
    return new EstimateUsage(pricing, new RecentUsage(recent, clock, isOutage));
  };

  beforeEach(() => {
    [clock.at, failure, reads] = [NOW, undefined, 0];
  });

  it('goes by what was used and what it cost before, into the next day too', async () => {
    const estimates = open();
    const before = await estimates.run(1, FACTS, {}, clock.at);
    expect(before).toMatchObject({
      inputFrom: 'recent_p95',
      unpriced: false,
      pricesKnown: true,
      usage: { billedCost: 300n },
    });
    failure = new Outage();
    clock.at += 3_600_000;
    expect(await estimates.run(1, FACTS, {}, clock.at)).toEqual(before);
    expect(reads).toBe(4);
    clock.at += 9_999;
    expect(await estimates.run(1, FACTS, {}, clock.at)).toEqual(before);
    expect(reads).toBe(4);
  });

  it('where nothing was known before, takes the default tokens and has no price', async () => {
    failure = new Outage();
    const estimate = await open().run(1, FACTS, {}, clock.at);
    expect(estimate).toMatchObject({ inputFrom: 'default', outputFrom: 'default', unpriced: true, pricesKnown: false });
    expect(estimate.usage).toMatchObject({ inputTokens: 1_000n, outputTokens: 1_000n, billedCost: null });
    const ofProvider = { ...FACTS, provider: 'openai', pool: null };
    expect(await open().run(1, ofProvider, {}, clock.at)).toMatchObject({ unpriced: true, pricesKnown: false });
    expect(await open().run(1, ofProvider, { cost: 7n }, clock.at)).toMatchObject({ pricesKnown: true });
  });

  it('hides nothing else that goes wrong', async () => {
    const estimates = open();
    await estimates.run(1, FACTS, {}, clock.at);
    failure = new TypeError('a bug');
    clock.at += 10_000;
    await expect(estimates.run(1, FACTS, { cost: 1n }, clock.at)).rejects.toThrow('a bug');
    clock.at += 300_000;
    failure = new TypeError('another bug');
    await expect(estimates.run(1, FACTS, {}, clock.at)).rejects.toThrow('another bug');
  });
});
