export * from './domain/index.js';
export { DRAIN_EXPORTS, DrainExports } from './service/drain-exports.js';
export {
  EXPLORE_UNIT_COSTS,
  type ExploredUnitCost,
  ExploreUnitCosts,
  type UnitCostReport,
} from './service/explore-unit-costs.js';
export { EXPORT_JOBS, ExportJobs, type KeptFile } from './service/export-jobs.js';
export { EXPORT_PERIOD, ExportPeriod } from './service/export-period.js';
export { LEDGER_CODES, LedgerCodes } from './service/ledger-codes.js';
export { PURGE_EXPORTS, PurgeExports } from './service/purge-exports.js';
