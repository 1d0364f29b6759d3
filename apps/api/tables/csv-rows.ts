import { CsvError, parse } from 'csv-parse/sync';
import { fail, type ImportRow, type Outcome, succeed } from '#outcome';
import { NO_ROWS, ROWS_MAX, refused, type TableColumns, TOO_MANY_ROWS } from './table-columns.js';

interface Line {
  readonly record: readonly string[];
  /** Counted from 1, where the record ends. */
  readonly info: { readonly lines: number };
}

/** Beyond what any table's columns hold in one line, quotes and all. Bounds what one line makes of its commas. */
const LINE_MAX = 16_384;
// With `info` the parser gives records with their lines, which its types do not tell.
const OPTIONS = { info: true, skip_empty_lines: true, trim: true } as const;

/**
 * The rows of a CSV file (RFC 4180, UTF-8, with or without byte order mark) whose header names the columns in any order. Nothing
 * after the header is read when that is wrong, nothing after the first row of another length, nothing beyond the bound.
 * Fails with `table.not_utf8`, `table.bad_csv`, `table.bad_header`, `table.no_rows`, `table.too_many_rows`.
 */
export function csvRows(body: Buffer, columns: TableColumns): Outcome<readonly ImportRow[]> {
  const text = decode(body);
  if (text === undefined) return fail(refused('not_utf8', 'The file is not UTF-8.'));
  const long = longLine(text);
  if (long !== undefined) return fail(refused('bad_csv', `Line ${long} has more than ${LINE_MAX} characters.`));
  const head = readLines(text, 1);
  if (!head.ok) return head;
  const header = head.value[0]?.record.map((name) => name.toLowerCase());
  if (!header) return fail(NO_ROWS);
  const fault = headerFault(header, columns);
  if (fault !== undefined) return fail(refused('bad_header', fault));
  // One more than the bound is enough to know.
  const lines = readLines(text, 1 + ROWS_MAX + 1);
  if (!lines.ok) return lines;
  const rows = lines.value.slice(1);
  if (rows.length === 0) return fail(NO_ROWS);
  if (rows.length > ROWS_MAX) return fail(TOO_MANY_ROWS);
  return succeed(rows.map((line, index) => toRow(line, index, header)));
}

function decode(body: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
}

/** The number of the first line that is too long, counted from 1. */
function longLine(text: string): number | undefined {
  let line = 1;
  let start = 0;
  for (let i = 0; i <= text.length; i += 1) {
    const code = i === text.length ? LINE_FEED : text.charCodeAt(i);
    if (code !== LINE_FEED && code !== CARRIAGE_RETURN) continue;
    if (i - start > LINE_MAX) return line;
    start = i + 1;
    if (code === LINE_FEED) line += 1;
  }
  return undefined;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

function readLines(text: string, to: number): Outcome<readonly Line[]> {
  try {
    const lines: unknown = parse(text, { ...OPTIONS, to });
    return succeed(lines as readonly Line[]);
  } catch (error) {
    if (error instanceof CsvError) return fail(refused('bad_csv', csvFault(error)));
    throw error;
  }
}

/** What is wrong with a file that is no CSV. */
export function csvFault(error: CsvError): string {
  const { code, message, ...rest } = error;
  const { record, lines }: Readonly<Record<string, unknown>> = rest;
  if (code !== 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH' || !Array.isArray(record))
    return `The file is no CSV: ${message}.`;
  return `Line ${String(lines)} has ${record.length} values, which is not as many columns as the header names.`;
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
