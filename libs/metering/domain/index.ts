export { dimensionKey, type MeteredUsage, type UsageDimension } from './metered-usage.js';
export { type KeyedDimension, TOKEN_MEASURES, USAGE_MEASURES, type UsageBlock } from './usage-block.js';
