import type { BillWriter, ParquetWriter, WorkbookWriter } from '../domain/index.js';

/** What makes bytes of the formats that are more than text. */
export interface FileWriters {
  readonly workbook: WorkbookWriter;
  readonly parquet: ParquetWriter;
  readonly bill: BillWriter;
}
