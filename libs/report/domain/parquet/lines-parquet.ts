import type { StatementLine, StatementPages } from '#statement/domain';
import { CHARGEBACK_COLUMNS } from '../chargeback-columns.js';
import { type Column, decimalsOf } from '../column.js';
import type { ExportFile } from '../export-file.js';
import type { ExportSource } from '../export-source.js';
import { type LinePages, linesFile } from '../lines-file.js';
import type { Manifest } from '../manifest.js';
import type { ParquetColumn, ParquetRows, ParquetValue, ParquetWriter } from './parquet-table.js';

/** Rows of a group: enough to compress well, few enough to hold. */
const GROUP_ROWS = 20_000;

/** A chargeback as Parquet: its columns as the CSV has them, amounts and quantities as decimals. */
export function parquetOf(source: ExportSource, write: ParquetWriter): ExportFile<Manifest> {
  const columns = CHARGEBACK_COLUMNS.map((column) => toColumn(column, source.statements));
  return linesFile(source, {
    name: 'chargeback',
    extension: 'parquet',
    mediaType: 'application/vnd.apache.parquet',
    columns: columns.map(({ name }) => name),
    encode: (pages) => write({ columns, groups: groupsOf(pages, source.statements) }),
  });
}

function toColumn(column: Column, context: StatementPages): ParquetColumn {
  const { name, type } = column;
  return type === 'text' || type === 'instant'
    ? { name, type }
    : { name, type: 'decimal', decimals: decimalsOf(column, context) };
}

async function* groupsOf(pages: LinePages, context: StatementPages): AsyncGenerator<ParquetRows> {
  let lines: StatementLine[] = [];
  for await (const page of pages) {
    for (const line of page) {
      lines.push(line);
      if (lines.length < GROUP_ROWS) continue;
      yield valuesOf(lines, context);
      lines = [];
    }
  }
  if (lines.length > 0) yield valuesOf(lines, context);
}

function valuesOf(lines: readonly StatementLine[], context: StatementPages): ParquetRows {
  return CHARGEBACK_COLUMNS.map(({ of }) => lines.map((line): ParquetValue => of(line, context)));
}
