import { calcPrice, type Provider, waitForUpdate } from '@pydantic/genai-prices';
import { createPriceBook } from '../domain/index.js';
import type { PriceList } from '../service/price-store.js';
import { GenaiPrices, translate } from './genai-prices.js';
import { toRates, toScaled } from './genai-prices-rates.js';
import { toSchedule } from './genai-prices-schedule.js';

const day = (text: string): number => Date.parse(`${text}T00:00:00Z`);
const bookOf = ({ prices, providers }: PriceList) =>
  createPriceBook(
    prices.map((price, i) => ({ ...price, version: 1, priceVersionId: String(i + 1) })),
    providers,
  );

describe('toScaled', () => {
  it('takes a number as the decimal its author wrote', () => {
    expect(toScaled(0.1, 6)).toBe(100_000n);
    expect(toScaled(1e-7, 9)).toBe(100n);
    expect(toScaled(2.5e-7, 9)).toBe(250n);
    expect(toScaled(0, 6)).toBe(0n);
    expect(toScaled(150, 6)).toBe(150_000_000n);
  });

  it('rounds what is finer than a pico per token: noise of floats, twelfths', () => {
    expect(toScaled(0.18000000000000002, 6)).toBe(180_000n);
    expect(toScaled(1 / 12, 6)).toBe(83_333n);
  });
});

describe('toRates', () => {
  it('makes one rate per threshold, above which the start of a tier lies', () => {
    const tiered = { base: 1.25, tiers: [{ start: 200_000, price: 2.5 }] };
    expect(toRates({ input_mtok: tiered, output_mtok: 10, cache_read_mtok: 0.125 })).toEqual([
      {
        contextFrom: 0n,
        picosPerToken: { inputUncached: 1_250_000n, cacheRead: 125_000n, output: 10_000_000n },
        picosPerRequest: 0n,
      },
      {
        contextFrom: 200_001n,
        picosPerToken: { inputUncached: 2_500_000n, cacheRead: 125_000n, output: 10_000_000n },
        picosPerRequest: 0n,
      },
    ]);
  });

  it('takes a price per thousand requests', () => {
    expect(toRates({ requests_kcount: 5, input_mtok: 1 })[0]?.picosPerRequest).toBe(5_000_000_000n);
  });

  it('leaves out what events do not count, and has nothing where nothing is left', () => {
    expect(toRates({ input_text_messages_kcount: 4 })).toEqual([]);
    expect(toRates({})).toEqual([]);
  });

  it('prices what is not text beside the class, and what is counted apart by so many', () => {
    const prices = {
      input_mtok: { base: 1, tiers: [{ start: 200_000, price: 2 }] },
      input_audio_mtok: 3,
      cache_audio_read_mtok: { base: 0.5, tiers: [{ start: 200_000, price: 0.75 }] },
      output_mtok: 0,
      web_searches_kcount: 10,
      audio_hours: 0.2,
      input_audio_hours: 0.111,
    };
    const unitRates = {
      webSearches: { picos: 10_000_000_000_000n, per: 1_000n },
      audioSeconds: { picos: 111_000_000_000n, per: 3_600n },
    };
    expect(toRates(prices)).toEqual([
      {
        contextFrom: 0n,
        picosPerToken: { inputUncached: 1_000_000n, output: 0n },
        picosPerModalityToken: { audio: { inputUncached: 3_000_000n, cacheRead: 500_000n } },
        picosPerRequest: 0n,
        unitRates,
      },
      {
        contextFrom: 200_001n,
        picosPerToken: { inputUncached: 2_000_000n, output: 0n },
        picosPerModalityToken: { audio: { inputUncached: 3_000_000n, cacheRead: 750_000n } },
        picosPerRequest: 0n,
        unitRates,
      },
    ]);
  });
});

describe('toSchedule', () => {
  it('ends a price where a later one begins', () => {
    const [old, changed] = [{ input_mtok: 10 }, { input_mtok: 2 }];
    expect(
      toSchedule([{ prices: old }, { constraint: { type: 'start_date', start_date: '2025-06-10' }, prices: changed }]),
    ).toEqual([
      { prices: old, validFrom: 0, validTo: day('2025-06-10'), daily: null },
      { prices: changed, validFrom: day('2025-06-10'), validTo: null, daily: null },
    ]);
  });

  it('keeps the times of the day, also those with an offset', () => {
    const prices = { input_mtok: 1 };
    const [, night] = toSchedule([
      { prices },
      { constraint: { type: 'time_of_date', start_time: '00:30:00+02:00', end_time: '16:30:00Z' }, prices },
    ]);
    expect(night).toMatchObject({
      validFrom: 0,
      validTo: null,
      daily: { from: 22.5 * 3_600_000, to: 16.5 * 3_600_000 },
    });
  });

  it('drops a price that never held', () => {
    const dated = (start_date: string) => ({ constraint: { type: 'start_date' as const, start_date }, prices: {} });
    expect(
      toSchedule([{ prices: {} }, dated('2026-02-01'), dated('2026-01-01')]).map(({ validFrom }) => validFrom),
    ).toEqual([0, day('2026-01-01')]);
  });
});

describe('the public table', () => {
  it('is the same list every time', async () => {
    const [first, second] = [await new GenaiPrices().load(), await new GenaiPrices().load()];
    expect(first.digest).toBe(second.digest);
    expect(first.prices.length).toBeGreaterThan(1500);
  });

  it('gives every model, at any time and size, the price that the package itself computes', async () => {
    const table: readonly Provider[] = (await waitForUpdate()) ?? [];
    const book = bookOf(translate(table));
    const times = [
      day('2025-01-01'),
      day('2026-03-01') + 2 * 3_600_000,
      day('2026-10-01') + 7 * 3_600_000,
      day('2027-02-01'),
    ];
    let compared = 0;
    for (const provider of table) {
      for (const { id } of provider.models) {
        for (const at of times) {
          for (const inputSize of [1000, 200_000, 300_000, 600_000]) {
            const usage = {
              input_tokens: inputSize,
              cache_read_tokens: 300,
              cache_write_tokens: 200,
              output_tokens: 500,
            };
            const theirs = calcPrice(usage, id, { providerId: provider.id, timestamp: new Date(at) });
            const { list } = book.find({ provider: provider.id, model: id, serviceTier: 'standard', region: null, at });
            if (!theirs || !list) continue;
            const rate = list.rates.findLast(({ contextFrom }) => contextFrom <= BigInt(inputSize));
            const { inputUncached = 0n, output = 0n, ...cache } = rate?.picosPerToken ?? {};
            const { cacheRead = inputUncached, cacheWrite5m = inputUncached } = cache;
            const ours =
              inputUncached * BigInt(inputSize - 500) + cacheRead * 300n + cacheWrite5m * 200n + output * 500n;
            const difference = Math.abs(Number(ours) / 1e12 - theirs.input_price - theirs.output_price);
            // Theirs is a float; ours rounds seven prices of thousands to six decimals.
            if (difference > 1e-9)
              throw new Error(`${provider.id} ${id} ${inputSize}: ${ours} against ${theirs.total_price}`);
            compared += 1;
          }
        }
      }
    }
    expect(compared).toBeGreaterThan(20_000);
  });
});
