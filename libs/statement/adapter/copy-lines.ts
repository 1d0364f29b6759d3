import { orderKey, type StatementLine } from '../domain/index.js';
import { LINE_COLUMNS, lineToRow } from './close-rows.js';

/** The columns of lines that are set aside: their place comes later, by the key that orders them. */
export const STAGED_COLUMNS = LINE_COLUMNS.filter((column) => column !== 'line_number');

/** Lines as rows of COPY in text (PostgreSQL documentation, COPY, "Text Format"): `STAGED_COLUMNS`, then the key as `bytea`. */
export function copyLines(lines: readonly StatementLine[]): string {
  let text = '';
  for (const line of lines) {
    const row = lineToRow(line, 1);
    for (const column of STAGED_COLUMNS) text += `${fieldOf(row[column])}\t`;
    text += `\\\\x${keyBytes(line).toString('hex')}\n`;
  }
  return text;
}

/** Bytes that compare as the code units of the line's key do. */
function keyBytes(line: StatementLine): Buffer {
  return Buffer.from(orderKey(line), 'utf16le').swap16();
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function fieldOf(value: string | number | null): string {
  if (value === null) return '\\N';
  if (typeof value === 'number') return value.toString();
  return /[\\\t\n\r]/.test(value) ? value.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character] ?? '') : value;
}
