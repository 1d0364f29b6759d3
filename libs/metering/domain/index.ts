export { dimensionKey, type MeteredUsage, type UsageDimension } from './metered-usage.js';
