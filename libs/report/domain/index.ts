export { ChunkCutter } from './background/chunk-cutter.js';
export {
  EXPORT_STATES,
  type ExportedFile,
  type ExportJob,
  type ExportProblem,
  type ExportState,
  exportedFileOf,
} from './background/export-job.js';
export {
  EXPORT_FORMATS,
  type ExportFormat,
  type ExportRequest,
  faultOfRequest,
  saysMoreThanClose,
} from './background/export-request.js';
export type { BillLine } from './bill/bill-line.js';
export type { BillAmount, BillSection, TeamBill } from './bill/team-bill.js';
export { BILL_LINES_MAX, type BillWriter, teamBillFileOf } from './bill/team-bill-file.js';
export { chargebackOf } from './chargeback.js';
export { hasMoreLines } from './count-lines.js';
export {
  type Digest,
  deliver,
  deliverRun,
  describeFile,
  type ExportFile,
  type FileManifest,
  type Piece,
} from './export-file.js';
export type { ExportSource } from './export-source.js';
export { contractedPools } from './focus/contracted.js';
export { type FocusManifest, focusOf } from './focus/focus.js';
export type { FocusVersion } from './focus/focus-version.js';
export { type PoolPlace, placeOf } from './focus/pool-place.js';
export { type JournalManifest, journalFileOf } from './journal/journal-file.js';
export {
  codeAt,
  isLedgerNameKind,
  LEDGER_NAME_KINDS,
  type LedgerCode,
  LedgerCodesAt,
  type LedgerCodeVersion,
  type LedgerName,
  type LedgerNameKind,
} from './journal/ledger-code.js';
export type { ManifestSum, PartySum } from './line-tally.js';
export { chargebackJsonOf } from './lines-json.js';
export type { Manifest } from './manifest.js';
export { parquetOf } from './parquet/lines-parquet.js';
export type { ParquetColumn, ParquetTable, ParquetValue, ParquetWriter } from './parquet/parquet-table.js';
export { type SummaryManifest, summaryOf } from './summary.js';
export type { ListOffer } from './unit-costs/list-offers.js';
export { UNIT_COST_DIMENSIONS, type UnitCostDimension, type UnitCostGroup } from './unit-costs/unit-cost-dimension.js';
export type { PoolCapacity, UnitCostRow } from './unit-costs/unit-cost-rows.js';
export { WORKBOOK_LINES_MAX, workbookOf } from './workbook/lines-workbook.js';
export type { Sheet, SheetCell, Workbook, WorkbookWriter } from './workbook/workbook.js';
