import type { EpochMs } from '#calendar';
import type { Piece } from '../export-file.js';

/** A column of a Parquet file. Numbers are whole ones of 10^-`decimals`. */
export type ParquetColumn = { readonly name: string } & (
  | { readonly type: 'text' }
  | { readonly type: 'instant' }
  | { readonly type: 'decimal'; readonly decimals: number }
);

export type ParquetValue = string | EpochMs | bigint | null;

/** Rows that are written together: the values of each column. */
export type ParquetRows = readonly (readonly ParquetValue[])[];

export interface ParquetTable {
  readonly columns: readonly ParquetColumn[];
  readonly groups: AsyncIterable<ParquetRows>;
}

export type ParquetWriter = (table: ParquetTable) => AsyncIterable<Piece>;
