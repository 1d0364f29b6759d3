import { CSV_TYPE, type CsvTable, csvOf } from '../csv-table.js';
import type { ExportFile } from '../export-file.js';
import type { ExportSource } from '../export-source.js';
import { linesFile } from '../lines-file.js';
import type { Manifest } from '../manifest.js';
import type { FocusContext } from './focus-column.js';
import { focusColumns, focusRow } from './focus-columns.js';
import type { FocusVersion } from './focus-version.js';
import { isPriced } from './priced-line.js';

export interface FocusManifest extends Manifest {
  readonly focusVersion: FocusVersion;
}

/** A FOCUS Cost and Usage file. Its lines are those whose cost is known. */
export function focusOf(source: ExportSource, context: FocusContext): ExportFile<FocusManifest> {
  const { version } = context;
  const table = focusTable(context);
  const file = linesFile(source, {
    name: `focus-${version}`,
    extension: 'csv',
    mediaType: CSV_TYPE,
    columns: table.columns,
    holds: isPriced,
    encode: (pages) => csvOf(table, pages),
  });
  return {
    ...file,
    write() {
      const { pieces, manifest } = file.write();
      return { pieces, manifest: (digest) => ({ ...manifest(digest), focusVersion: version }) };
    },
  };
}

/** The columns of a version, and the row of a line; there is none for one whose cost is not known. */
export function focusTable(context: FocusContext): CsvTable {
  const columns = focusColumns(context.version);
  return {
    columns: columns.map(({ name }) => name),
    rowOf: (line) => (isPriced(line) ? focusRow(columns, line, context) : ''),
  };
}
