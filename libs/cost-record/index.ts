export * from './domain/index.js';
export { POOL_COST_READER, type PoolCostReader, type PoolInputs } from './service/pool-cost-reader.js';
