import { CHARGEBACK_COLUMNS } from './chargeback-columns.js';
import { cellWriter } from './column.js';
import { csvRow } from './csv.js';
import { CSV_TYPE, type CsvTable, csvOf } from './csv-table.js';
import type { ExportFile } from './export-file.js';
import type { ExportSource } from './export-source.js';
import { linesFile } from './lines-file.js';
import type { Manifest } from './manifest.js';

/** A chargeback: a row for each line, with the house's own columns. */
export function chargebackOf(source: ExportSource): ExportFile<Manifest> {
  const { statements } = source;
  const cells = CHARGEBACK_COLUMNS.map((column) => cellWriter(column, statements));
  const table: CsvTable = {
    columns: CHARGEBACK_COLUMNS.map(({ name }) => name),
    rowOf: (line) => csvRow(cells.map((cell) => cell(line))),
  };
  return linesFile(source, {
    name: 'chargeback',
    extension: 'csv',
    mediaType: CSV_TYPE,
    columns: table.columns,
    encode: (pages) => csvOf(table, pages),
  });
}
