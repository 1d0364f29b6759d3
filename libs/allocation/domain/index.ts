export { type AllocatePoolInput, allocatePool, type PoolAllocation } from './allocate-pool.js';
export { type AppliedAttribution, type AppliedPolicy, appliedPolicyAt } from './applied-policy.js';
export { attributionBasis, splitsOverTeams } from './attribution-bases.js';
export type { AttributionBasis, LeafMeasure, PeriodShares, PoolUse } from './attribution-basis.js';
export { type Amounts, dividePeriod, hasIdle, type PeriodDivision } from './divide-period.js';
export { type HeldCost, joinHeldCosts } from './held-cost.js';
export { peakShares } from './peak.js';
export { splitAmounts } from './split-amounts.js';
export { type IdlePart, type PoolUser, spreadIdle } from './spread-idle.js';
