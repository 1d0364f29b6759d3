export * from './domain/index.js';
export {
  type CostRecordPosition,
  type CostRecordStore,
  type RecordedCostRecord,
  type StoredCounts,
} from './service/cost-record-store.js';
export { COST_RECORDS, CostRecords } from './service/cost-records.js';
export { IMPORT_COST_RECORDS, ImportCostRecords } from './service/import-cost-records.js';
export { IMPORT_PURCHASES, ImportPurchases } from './service/import-purchases.js';
export { IMPORT_SHARED_COSTS, ImportSharedCosts } from './service/import-shared-costs.js';
export { POOL_COST_READER, type PoolCostReader, type PoolInputs } from './service/pool-cost-reader.js';
export type { Pool, PoolStore, RecordedPoolPolicy, RecordedSharedPolicy } from './service/pool-store.js';
export { POOLS, Pools, type SetPolicyInput } from './service/pools.js';
export type { RecordedPurchase } from './service/purchase-store.js';
export { PURCHASES, Purchases } from './service/purchases.js';
export { COST_RECORD_COLUMNS } from './service/read-cost-record-row.js';
export { PURCHASE_COLUMNS } from './service/read-purchase-row.js';
export { SHARED_COST_COLUMNS } from './service/read-shared-cost-row.js';
export { SHARED_COST_READER, type SharedCostReader, type SharedPoolInputs } from './service/shared-cost-reader.js';
export type { RecordedSharedCost, SharedCostPosition } from './service/shared-cost-store.js';
export { SHARED_COSTS, SharedCosts } from './service/shared-costs.js';
export { type SetSplitInput, SHARED_POOLS, SharedPools } from './service/shared-pools.js';
