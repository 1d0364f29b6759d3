export * from './domain/index.js';
export {
  EXPLORE_UNIT_COSTS,
  type ExploredUnitCost,
  ExploreUnitCosts,
  type UnitCostReport,
} from './service/explore-unit-costs.js';
export { EXPORT_CHARGEBACK, ExportChargeback } from './service/export-chargeback.js';
export { EXPORT_FOCUS, ExportFocus, type ExportFocusInput } from './service/export-focus.js';
export type { ExportInput } from './service/export-input.js';
