import type { EpochMs } from '#calendar';
import type { Piece } from '../export-file.js';

/** Text stays text, whatever it begins with: no cell is a formula. */
export type SheetCell = string | number | null;

export interface SheetColumn {
  readonly title: string;
  /** How numbers show, as spreadsheets write it: `#,##0.00`. */
  readonly numberFormat?: string;
}

/** A table with its header in the first row. */
export interface Sheet {
  readonly name: string;
  readonly columns: readonly SheetColumn[];
  readonly rows: readonly (readonly SheetCell[])[];
}

export interface Workbook {
  readonly sheets: readonly Sheet[];
  /** When what it says was so; the same workbook is the same bytes. */
  readonly modifiedAt: EpochMs;
}

export type WorkbookWriter = (workbook: Workbook) => AsyncIterable<Piece>;
