export * from './domain/index.js';
export { CONTEXT_BREAKPOINT_READER, type ContextBreakpointReader } from './service/context-breakpoint-reader.js';
export { IMPORT_PRICES, ImportPrices } from './service/import-prices.js';
export { PRICE_BOOK_READER, type PriceBookReader } from './service/price-book-reader.js';
export type { RecordedPrice, StoredPrices } from './service/price-store.js';
export { PRICES, Prices } from './service/prices.js';
export { PRICE_COLUMNS } from './service/read-price-row.js';
