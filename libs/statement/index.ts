export * from './domain/index.js';
export { CLOSE_PERIOD, type CloseInput, ClosePeriod } from './service/close-period.js';
export { type ChainedClose, CLOSED_PERIODS, ClosedPeriods, type JournalEntry } from './service/closed-periods.js';
export { DraftPeriod } from './service/draft-period.js';
export { EXPLAIN_LINE, ExplainLine, type ExplainLineInput } from './service/explain-line.js';
export { EXPLORE_PERIOD, type ExploredPeriod, ExplorePeriod, type Facets } from './service/explore-period.js';
export { INTAKE_READER, type IntakeCounts, type IntakeReader } from './service/intake-reader.js';
export { LIST_LINE_EVENTS, ListLineEvents, type ListLineEventsInput } from './service/list-line-events.js';
export { LoadBillInputs, type PeriodInput } from './service/load-bill-inputs.js';
export { type MappingPreview, PREVIEW_MAPPING, PreviewMapping } from './service/preview-mapping.js';
export {
  type PolicyPreview,
  PREVIEW_POLICY,
  PreviewPolicy,
  type ProposedPolicy,
} from './service/preview-policy.js';
export {
  type PeriodReconciliation,
  RECONCILE_PERIOD,
  type ReconciledParty,
  ReconcilePeriod,
} from './service/reconcile-period.js';
export { REVIEW_LINES, ReviewLines } from './service/review-lines.js';
export { Turns } from './service/turns.js';
export { VERIFY_PERIOD, type Verification, VerifyPeriod } from './service/verify-period.js';
