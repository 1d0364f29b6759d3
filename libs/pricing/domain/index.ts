export { type ClassRate, toContextRates } from './context-rates.js';
export { type Day, daysBefore, FX_CARRIED_DAYS, FX_RATE_DECIMALS, type FxRate, fxRateAt } from './fx-rate.js';
export type {
  ApplicablePrices,
  ContextRate,
  ModalityPrices,
  ModelMatch,
  PriceBook,
  PriceQuery,
  PriceVersion,
  TokenPrices,
  UnitRate,
  UnitRates,
} from './price.js';
export { createPriceBook } from './price-book.js';
export { isInForce } from './price-in-force.js';
export {
  coversModel,
  PRICE_RULE_KINDS,
  type PriceRule,
  type PriceRuleKind,
  type PriceRuleScope,
  RULE_VALUE_DECIMALS,
  ruleEdges,
  ruleFor,
  tierNamed,
} from './price-rule.js';
export type { PriceProvider } from './provider.js';
export type { PackagePrice, VolumePrice, VolumeTier, VolumeTiers } from './volume-price.js';
