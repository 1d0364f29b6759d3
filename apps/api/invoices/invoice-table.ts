import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { type InvoiceFormat, type InvoiceTable, knownColumns, requiredColumns } from '#invoice';
import { type Outcome, succeed } from '#outcome';
import { csvStream } from '../tables/csv-stream.js';
import { jsonRows } from '../tables/json-rows.js';

/** A bill as it was sent, and what of it is not read. */
export type SentTable = InvoiceTable & { readonly ignored: readonly string[] };

/** A CSV file as it comes, or a JSON list. Fails as `jsonRows` does; a file's faults come with its rows. */
export function invoiceTable(body: unknown, format: InvoiceFormat): Outcome<SentTable> {
  const [known, required] = [knownColumns(format), requiredColumns(format)];
  if (body instanceof Readable) return succeed(csvStream(body, { known, required }));
  const rows = jsonRows(body, { required, optional: known.filter((name) => !required.includes(name)) });
  if (!rows.ok) return rows;
  const sha256 = createHash('sha256').update(JSON.stringify(body)).digest('hex');
  return succeed({ rows: rows.value, sha256: () => sha256, ignored: [] });
}
