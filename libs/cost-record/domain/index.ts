export {
  type CapacityPurchase,
  type HourlyTerms,
  isPurchaseModel,
  type PowerTerms,
  PURCHASE_MODELS,
  type PurchaseModel,
} from './capacity-purchase.js';
export {
  type CapacityCost,
  type CostRecord,
  isPricingModel,
  type PoolPeriod,
  type PoolPeriodCost,
  PRICING_MODELS,
  type PricingModel,
} from './cost-record.js';
export {
  type AttributionBasis,
  type AttributionPolicy,
  type IdlePolicy,
  type PolicyTerms,
  type PoolPolicy,
  policyAt,
  samePolicy,
  type TokenWeights,
  WEIGHT_SCALE,
} from './pool-policy.js';
export { runningCost } from './running-cost.js';
export { spreadCost, totalCost } from './spread-cost.js';
export {
  PERCENT_SCALE,
  sumOfShares,
  type TeamShare,
  type TeamShares,
  toTeamShares,
  WHOLE_PERCENT,
} from './team-shares.js';
export { completeWeights } from './token-weights.js';
