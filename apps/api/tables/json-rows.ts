import { fail, type ImportRow, type Outcome, RowFailures, succeed } from '#outcome';
import { NO_ROWS, ROWS_MAX, refused, type TableColumns, TOO_MANY_ROWS, toCamelCase } from './table-columns.js';

/**
 * The rows of a JSON list of objects with camel-case names. Values are strings; a JSON number is taken where its digits
 * are sure to be what was sent. Fails with `table.bad_json`, `table.no_rows`, `table.too_many_rows`.
 */
export function jsonRows(body: unknown, columns: TableColumns): Outcome<readonly ImportRow[]> {
  if (!Array.isArray(body)) return fail(refused('bad_json', 'The body must be a JSON list, or text/csv.'));
  if (body.length === 0) return fail(NO_ROWS);
  if (body.length > ROWS_MAX) return fail(TOO_MANY_ROWS);
  const names = new Map([...columns.required, ...columns.optional].map((column) => [toCamelCase(column), column]));
  const failures = new RowFailures();
  const rows = body.map((item: unknown, index) => toRow(item, index, names, failures));
  return failures.none ? succeed(rows) : fail(failures.toFailure('table.bad_json'));
}

function toRow(item: unknown, index: number, names: ReadonlyMap<string, string>, failures: RowFailures): ImportRow {
  const values: Record<string, string> = {};
  const row: ImportRow = { place: `item ${index}`, pointer: `/${index}`, values, spell: toCamelCase };
  if (typeof item !== 'object' || item === null || Array.isArray(item)) {
    failures.add(row, null, 'table.bad_json', 'is not an object');
    return row;
  }
  for (const [name, value] of Object.entries(item)) {
    const column = names.get(name);
    const text = toText(value);
    if (column === undefined) {
      failures.add(row, name, 'table.bad_json', `is not known; the names are ${[...names.keys()].join(', ')}`);
    } else if (text === undefined) {
      failures.add(row, column, 'table.bad_json', 'must be a string');
    } else if (text !== '') {
      values[column] = text;
    }
  }
  return row;
}

/** A number of 15 digits or fewer survives JSON; of a longer one nobody knows what was sent. */
function toText(value: unknown): string | undefined {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value.trim();
  if (typeof value !== 'number') return undefined;
  const text = String(value);
  return text.replaceAll(/\D/g, '').length <= 15 ? text : undefined;
}
