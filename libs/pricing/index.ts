export * from './domain/index.js';
export { CONTEXT_BREAKPOINT_READER, type ContextBreakpointReader } from './service/context-breakpoint-reader.js';
export {
  FX_RATE_STORE,
  type FxRateStore,
  type RecordedFxRate,
} from './service/fx-rate-store.js';
export { FX_RATE_COLUMNS, IMPORT_FX_RATES, ImportFxRates } from './service/import-fx-rates.js';
export { IMPORT_PRICE_RULES, ImportPriceRules } from './service/import-price-rules.js';
export { IMPORT_PRICES, ImportPrices } from './service/import-prices.js';
export { PRICE_BOOK_READER, type PriceBookReader } from './service/price-book-reader.js';
export type { RecordedPriceRule } from './service/price-rule-store.js';
export { PRICE_RULES, PriceRules } from './service/price-rules.js';
export { PRICE_SOURCES, type PriceSources } from './service/price-sources.js';
export type { RecordedPrice, StoredPrices } from './service/price-store.js';
export { PRICES, Prices } from './service/prices.js';
export { PRICE_COLUMNS } from './service/read-price-row.js';
export { PRICE_RULE_COLUMNS } from './service/read-price-rule-row.js';
