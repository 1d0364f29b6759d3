export * from './domain/index.js';
export { PRICE_BOOK_READER, type PriceBookReader } from './service/price-book-reader.js';
