export { type AccruedCost, accruedCost } from './accrue-cost.js';
export {
  type CapacityPurchase,
  type HourlyTerms,
  isPurchaseModel,
  type PowerTerms,
  PURCHASE_MODELS,
  type PurchaseModel,
} from './capacity-purchase.js';
export { type CircleOfPools, circleThrough } from './circle-of-pools.js';
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
  samePolicy,
  sameTerms,
  type TokenWeights,
  WEIGHT_SCALE,
} from './pool-policy.js';
export { runningCost } from './running-cost.js';
export type { SharedCost } from './shared-cost.js';
export {
  isPoolKind,
  namedPools,
  POOL_KINDS,
  type PoolKind,
  type PoolShare,
  type PoolShares,
  SHARED_RULES,
  type SharedPolicy,
  type SharedSplit,
  toPoolShares,
} from './shared-policy.js';
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
