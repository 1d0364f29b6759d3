export * from './domain/index.js';
export {
  EXPLORE_UNIT_COSTS,
  type ExploredUnitCost,
  ExploreUnitCosts,
  type UnitCostReport,
} from './service/explore-unit-costs.js';
export { EXPORT_PERIOD, ExportPeriod } from './service/export-period.js';
export { LEDGER_CODES, LedgerCodes } from './service/ledger-codes.js';
