import type { StatementLine } from '#statement/domain';
import { csvRow } from './csv.js';
import type { Piece } from './export-file.js';
import type { LinePages } from './lines-file.js';

export const CSV_TYPE = 'text/csv; charset=utf-8; header=present';

/** Lines joined to one piece of the file: large enough for a socket, small enough to wait for one. */
const LINES_PER_PIECE = 256;

/** A CSV format: its columns, and the finished row of a line. */
export interface CsvTable {
  readonly columns: readonly string[];
  readonly rowOf: (line: StatementLine) => string;
}

/** The file in pieces: the header, then rows in the order of the lines. */
export async function* csvOf({ columns, rowOf }: CsvTable, pages: LinePages): AsyncGenerator<Piece> {
  yield csvRow(columns);
  for await (const page of pages)
    for (let from = 0; from < page.length; from += LINES_PER_PIECE)
      yield page
        .slice(from, from + LINES_PER_PIECE)
        .map(rowOf)
        .join('');
}
