import { createHash } from 'node:crypto';
import { type ConditionalPrice, type ModelInfo, type Provider, waitForUpdate } from '@pydantic/genai-prices';
import type { PriceProvider } from '../domain/index.js';
import type { PriceDraft, PriceList } from '../service/price-store.js';
import type { PriceSource } from '../service/seed-price-book.js';
import { toRates } from './genai-prices-rates.js';
import { toSchedule } from './genai-prices-schedule.js';
import { ratesToRow } from './price-row.js';

const SOURCE = 'genai-prices';

/**
 * The public price table of the package @pydantic/genai-prices: its data alone, for its arithmetic is floating point. Its prices are
 * all US dollars and all of the standard tier. Models without a price per token or request have none here either: a model
 * that is free at one provider's word is imported as a contract price.
 */
export class GenaiPrices implements PriceSource {
  private loaded: Promise<PriceList> | undefined;

  load(): Promise<PriceList> {
    this.loaded ??= loadList();
    return this.loaded;
  }
}

async function loadList(): Promise<PriceList> {
  // Nothing asks the package to update itself, so this is the table it was published with.
  const table = await waitForUpdate();
  if (!table || table.length === 0) throw new Error('@pydantic/genai-prices has no prices in it');
  return translate(table);
}

/** Exported for its test: the table as prices of ours. */
export function translate(table: readonly Provider[]): PriceList {
  const prices = table.flatMap((provider) => provider.models.flatMap((model) => pricesOf(provider.id, model)));
  const providers = table.map(
    ({ id, provider_match: match, fallback_model_providers: fallbackProviders }): PriceProvider => ({
      provider: id,
      match: match ?? null,
      fallbackProviders: fallbackProviders ?? [],
    }),
  );
  return { source: SOURCE, prices, providers, digest: digestOf(prices, providers) };
}

function pricesOf(provider: string, model: ModelInfo): PriceDraft[] {
  const conditional: readonly ConditionalPrice[] = Array.isArray(model.prices)
    ? model.prices
    : [{ prices: model.prices }];
  return toSchedule(conditional).flatMap(({ prices, validFrom, validTo, daily }): PriceDraft[] => {
    const rates = toRates(prices);
    if (rates.length === 0) return [];
    const place = { kind: 'list', provider, model: model.id, serviceTier: 'standard', region: '' } as const;
    return [{ ...place, modelMatch: model.match, validFrom, validTo, daily, currency: 'USD', rates, source: SOURCE }];
  });
}

function digestOf(prices: readonly PriceDraft[], providers: readonly PriceProvider[]): string {
  const rows = prices.map(({ rates, ...rest }) => ({ ...rest, rates: ratesToRow(rates) }));
  return createHash('sha256')
    .update(JSON.stringify([rows, providers]))
    .digest('hex');
}
