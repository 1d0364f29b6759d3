import { CsvError, parse } from 'csv-parse/sync';
import { fail, type ImportRow, type Outcome, succeed } from '#outcome';
import { NO_ROWS, ROWS_MAX, refused, type TableColumns, TOO_MANY_ROWS } from './table-columns.js';

interface Line {
  readonly record: readonly string[];
  /** Counted from 1, where the record ends. */
  readonly info: { readonly lines: number };
}

/**
 * The rows of a CSV file (RFC 4180, UTF-8, with or without byte order mark) whose header names the columns in any order. Fails with
 * `table.not_utf8`, `table.bad_csv`, `table.bad_header`, `table.no_rows`, `table.too_many_rows`.
 */
export function csvRows(body: Buffer, columns: TableColumns): Outcome<readonly ImportRow[]> {
  const lines = readLines(body);
  if (!lines.ok) return lines;
  const [first, ...rest] = lines.value;
  if (!first) return fail(NO_ROWS);
  const header = first.record.map((name) => name.toLowerCase());
  const fault = headerFault(header, columns);
  if (fault !== undefined) return fail(refused('bad_header', fault));
  if (rest.length === 0) return fail(NO_ROWS);
  if (rest.length > ROWS_MAX) return fail(TOO_MANY_ROWS);
  const ragged = rest.find(({ record }) => record.length !== header.length);
  if (ragged) {
    const detail = `Line ${ragged.info.lines} has ${ragged.record.length} values, the header names ${header.length} columns.`;
    return fail(refused('bad_csv', detail));
  }
  return succeed(rest.map((line, index) => toRow(line, index, header)));
}

function readLines(body: Buffer): Outcome<readonly Line[]> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return fail(refused('not_utf8', 'The file is not UTF-8.'));
  }
  try {
    // With `info` the parser gives records with their lines, which its types do not tell.
    const lines: unknown = parse(text, { info: true, relax_column_count: true, skip_empty_lines: true, trim: true });
    return succeed(lines as readonly Line[]);
  } catch (error) {
    if (error instanceof CsvError) return fail(refused('bad_csv', `The file is no CSV: ${error.message}.`));
    throw error;
  }
}

function headerFault(header: readonly string[], { required, optional }: TableColumns): string | undefined {
  const allowed = [...required, ...optional];
  const unknown = header.find((name) => !allowed.includes(name));
  if (unknown !== undefined) {
    const hint = unknown.includes(';') ? ' Separate columns by commas.' : '';
    return `Unknown column ${JSON.stringify(unknown)}; the columns are ${allowed.join(', ')}.${hint}`;
  }
  const repeated = header.find((name, i) => header.indexOf(name) !== i);
  if (repeated !== undefined) return `The column ${repeated} is there twice.`;
  const missing = required.filter((name) => !header.includes(name));
  return missing.length === 0 ? undefined : `The column ${missing.join(', ')} is missing.`;
}

function toRow({ record, info }: Line, index: number, header: readonly string[]): ImportRow {
  const filled = header.flatMap((name, i): [string, string][] => {
    const value = record[i];
    return value === undefined || value === '' ? [] : [[name, value]];
  });
  return {
    place: `line ${info.lines}`,
    pointer: `/${index}`,
    values: Object.fromEntries(filled),
    spell: (column) => column,
  };
}
