import { CSV_TYPE, type CsvTable, csvOf } from '../csv-table.js';
import type { ExportFile, Piece } from '../export-file.js';
import type { ExportSource } from '../export-source.js';
import { type LinePages, linesFile } from '../lines-file.js';
import type { Manifest } from '../manifest.js';
import { type AllocatedRatios, allocatedRatios } from './allocation.js';
import type { FocusContext } from './focus-column.js';
import { focusColumns, focusRow } from './focus-columns.js';
import type { FocusVersion } from './focus-version.js';
import { isPriced } from './priced-line.js';

/** What is known of a file before any line has been read. */
type FileContext = Omit<FocusContext, 'ratios'>;

/** Before 1.3 no column has them. */
const NO_RATIOS: AllocatedRatios = new Map();

export interface FocusManifest extends Manifest {
  readonly focusVersion: FocusVersion;
}

/**
 * A FOCUS Cost and Usage file. Its lines are those whose cost is known. With split cost (1.3) the lines of the whole period are
 * gone through first, for each one's part of its pool.
 */
export function focusOf(source: ExportSource, context: FileContext): ExportFile<FocusManifest> {
  const { version } = context;
  const file = linesFile(source, {
    name: `focus-${version}`,
    extension: 'csv',
    mediaType: CSV_TYPE,
    columns: namesOf(version),
    holds: isPriced,
    encode: (pages) => encode(source, pages, context),
  });
  return {
    ...file,
    write() {
      const run = file.write();
      return { ...run, manifest: (digest) => ({ ...run.manifest(digest), focusVersion: version }) };
    },
  };
}

async function* encode(source: ExportSource, pages: LinePages, context: FileContext): AsyncGenerator<Piece> {
  const ratios = context.version === '1.2' ? NO_RATIOS : await allocatedRatios(source.statements.lines(null));
  yield* csvOf(focusTable({ ...context, ratios }), pages);
}

/** The columns of a version, and the row of a line; there is none for one whose cost is not known. */
export function focusTable(context: FocusContext): CsvTable {
  const columns = focusColumns(context.version);
  return {
    columns: namesOf(context.version),
    rowOf: (line) => (isPriced(line) ? focusRow(columns, line, context) : ''),
  };
}

function namesOf(version: FocusVersion): string[] {
  return focusColumns(version).map(({ name }) => name);
}
