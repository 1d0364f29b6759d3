export { assignDimensions, type DimensionAssignment, type DimensionRules } from './assign-dimensions.js';
export type { EventMeasure, EventPart, MeteredEvent } from './metered-event.js';
export { dimensionKey, type MeteredUsage, type UnitUsage, type UsageDimension } from './metered-usage.js';
export { type UnitSum, UnitSums } from './unit-sums.js';
export { type KeyedDimension, type PoolSize, TOKEN_MEASURES, USAGE_MEASURES, type UsageBlock } from './usage-block.js';
export { type BucketSum, UsageSums } from './usage-sums.js';
