import { parse } from 'csv-parse/sync';

/** A row by column; a column that the file lacks is undefined, a null is an empty cell. */
export type Row = Readonly<Record<string, string | null>>;

export interface Table {
  readonly columns: ReadonlySet<string>;
  readonly rows: readonly Row[];
}

/** Reads a FOCUS file. */
export function readTable(csv: string): Table {
  const [header = [], ...lines] = parse(csv, { record_delimiter: '\r\n' });
  const rows = lines.map((cells) => Object.fromEntries(header.map((name, i) => [name, cells[i] || null])));
  return { columns: new Set(header), rows };
}
