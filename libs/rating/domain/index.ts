export {
  CHARGE_KINDS,
  CHARGE_UNIT_DECIMALS,
  CHARGE_UNIT_OF,
  CHARGE_UNITS,
  type Charge,
  type ChargeKind,
  type ChargeOrigin,
  type ChargeUnit,
  isCharged,
  REQUEST_CARRIER,
} from './charge.js';
export { type ChargeTerms, termsKey } from './charge-terms.js';
export { roundFactored } from './factor.js';
export { type Exchange, type FoundPrices, findPrices, NO_PRICES } from './find-prices.js';
export { shortfallOf, splitTrueUp } from './minimum-commitment.js';
export { rateUnits } from './rate-units.js';
export { adjustmentsFor, type OwnerRules, type RatingContext, rateAtPrices, rateUsage } from './rate-usage.js';
export { tokenClassRecord, type UnitPrice, type UnitPrices, unitPrices } from './unit-prices.js';
export { splitVolume } from './volume/price-volume.js';
export { meterKey, type VolumeMeter } from './volume/volume-meter.js';
