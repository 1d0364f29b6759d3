export { type CostRecord, PRICING_MODELS, type PoolPeriodCost, type PricingModel } from './cost-record.js';
export {
  type AttributionBasis,
  type AttributionPolicy,
  type IdlePolicy,
  type PoolPolicy,
  policyAt,
  type TokenWeights,
  WEIGHT_SCALE,
} from './pool-policy.js';
