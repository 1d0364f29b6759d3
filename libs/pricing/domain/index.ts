export type { ApplicablePrices, ContextRate, ModelMatch, PriceBook, PriceQuery, PriceVersion } from './price.js';
