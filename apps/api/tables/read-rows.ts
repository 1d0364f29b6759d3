import type { ImportRow, Outcome } from '#outcome';
import { csvRows } from './csv-rows.js';
import { jsonRows } from './json-rows.js';
import type { TableColumns } from './table-columns.js';

/** The rows of a body that is a CSV file (the bytes, as the parser of `text/csv` leaves them) or a JSON list. */
export function readRows(body: unknown, columns: TableColumns): Outcome<readonly ImportRow[]> {
  return Buffer.isBuffer(body) ? csvRows(body, columns) : jsonRows(body, columns);
}
