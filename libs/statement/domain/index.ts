export { assembleDraft, assembleStatements, draftFromLines, withCorrections } from './assemble-draft.js';
export type { BilledPool, BilledSharedPool, BillInputs } from './bill-inputs.js';
export { BillSums, type PoolSums } from './bill-sums.js';
export { BillUsage } from './bill-usage.js';
export { type ChangedCost, changedCosts } from './changed-costs.js';
export { type ChangesSince, changesSince } from './close/changes-since.js';
export { type CloseCircumstances, findingsOf } from './close/close-checks.js';
export {
  type CloseDocument,
  closeHash,
  documentText,
  LinesHash,
  readDocument,
} from './close/close-document.js';
export {
  type ClosedSums,
  closedStatements,
  closedSums,
  closeOf,
  closingOf,
  linesOf,
} from './close/close-statements.js';
export type { AcceptedFinding, CloseCheck, CloseFinding, Closing } from './close/closing.js';
export { ACCEPTABLE_CHECKS } from './close/closing.js';
export type { Correction, CorrectionCause } from './close/correction.js';
export { CORRECTION_CAUSES } from './close/correction.js';
export { type CorrectionEvidence, circumstancesOf, type LineCircumstances } from './close/correction-evidence.js';
export { billedSoFar, correctionsOf } from './close/corrections.js';
export { imbalanceOf, JournalSums, type Posting } from './close/journal.js';
export { lineHash } from './close/line-text.js';
export { MonthTotals, totalsOf } from './close/month-totals.js';
export { BillColumns, type Deferred } from './columns/bill-columns.js';
export { type Difference, differenceOfBuckets, differenceOfLines, differenceOfTotals } from './difference.js';
export type {
  CostTotals,
  DraftStatements,
  ModelSummary,
  PoolCost,
  PoolCosts,
  PoolSummary,
  ProviderSummary,
  Summary,
  TeamStatement,
  UnpricedTotals,
  UsageTotals,
} from './draft.js';
export { type StatementState, stateOf } from './draft.js';
export {
  type CountedEvent,
  countsOf,
  isOfUsage,
  type LineCounts,
  measureOf,
  usageUnitOf,
} from './explain/counted-event.js';
export type { Rounding } from './explain/explain-rounding.js';
export type { ExplainedCharge, SetAside, Unexplained } from './explain/explained-charge.js';
export type {
  ChargedSum,
  Compared,
  CorrectionExplanation,
  CostSource,
  LineCorrection,
  LineExplanation,
  OwnExplanation,
  SinceClose,
  SourcedCharge,
} from './explain/explanation.js';
export type { LineEvents, NoEvents } from './explain/line-events.js';
export { LineTrace } from './explain/line-trace.js';
export { type ChargedBucket, LineUsage } from './explain/line-usage.js';
export { type ChargePage, ownExplanation } from './explain/own-explanation.js';
export type { SplitShare } from './explain/split-share.js';
export { type SettledLine, type SettlementPart, traceSettlements } from './explain/trace-settlements.js';
export { ExploredSums, type PoolSlice } from './explore/explored-sums.js';
export type { Facet, FacetOf } from './explore/facet.js';
export { acceptedOf } from './invoices/findings.js';
export { partyOfLine } from './invoices/party.js';
export type {
  ClosedReconciliation,
  ModelReconciliation,
  MonthReconciliation,
  Party,
  PartyReconciliation,
  ReconciliationState,
  UnmatchedInvoice,
} from './invoices/reconciliation.js';
export { isTrueUp } from './invoices/settle-invoices.js';
export {
  compareLines,
  inOrder,
  type LineAmounts,
  type LineFields,
  lineKey,
  orderKey,
  partyOf,
  type StatementLine,
  tokensOf,
} from './line.js';
export { lineId } from './line-id.js';
export { type MovedCost, movedCosts } from './moved-costs.js';
export { Owners } from './owners.js';
export { inputsOfPart, type MonthPart, partsOf } from './parts/month-parts.js';
export { type BilledPart, SettleParts } from './parts/settle-parts.js';
export {
  type Acknowledgement,
  type Dispute,
  type DisputeAnswer,
  type LineReview,
  RESOLUTIONS,
  type Resolution,
  type ReviewState,
  type ShownAmount,
} from './review/line-review.js';
export { ROLL_UP_LEVELS, type RollUp, type RollUpLevel, rollUp } from './roll-up.js';
export { roundLines } from './round-lines.js';
export { settleAll } from './settlements.js';
export { pagesOf, poolCostsOfClose, type StatementPages } from './statement-pages.js';
export { isUnpriced } from './summarize.js';
export { type UnitCosts, unitCosts } from './unit-cost.js';
