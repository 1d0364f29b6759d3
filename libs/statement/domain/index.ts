export { assembleDraft } from './assemble-draft.js';
export type { BilledPool, BillInputs } from './bill-inputs.js';
export { BillSums } from './bill-sums.js';
export { BillUsage } from './bill-usage.js';
export { BillColumns, type Deferred } from './columns/bill-columns.js';
export { type Difference, differenceOfBuckets, differenceOfLines, differenceOfTotals } from './difference.js';
export type {
  CostTotals,
  DraftStatements,
  ModelSummary,
  PoolSummary,
  ProviderSummary,
  Summary,
  TeamStatement,
  UnpricedTotals,
  UsageTotals,
} from './draft.js';
export {
  compareLines,
  type LineAmounts,
  type LineFields,
  lineKey,
  partyOf,
  type StatementLine,
  tokensOf,
} from './line.js';
export { Owners } from './owners.js';
export { groupLines } from './summarize.js';
export type { UnitCosts } from './unit-cost.js';
