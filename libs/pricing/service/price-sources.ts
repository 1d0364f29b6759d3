import type { FxRateReader } from './fx-rate-store.js';
import type { PriceBookReader } from './price-book-reader.js';
import type { PriceRuleReader } from './price-rule-store.js';

/** Where all that prices usage is read. */
export interface PriceSources {
  readonly prices: PriceBookReader;
  readonly priceRules: PriceRuleReader;
  readonly fxRates: FxRateReader;
}

export const PRICE_SOURCES = Symbol('PriceSources');
