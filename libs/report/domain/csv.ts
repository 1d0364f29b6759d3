const CRLF = '\r\n';

/** What a spreadsheet takes for the start of a formula. */
const FORMULA_START = /^[=+\-@\t\r\n]/;
const NEEDS_QUOTES = /[",\r\n]/;

/**
 * A text cell. One that a spreadsheet would run as a formula gets an apostrophe before it, which makes it text there. Only
 * for text: a number such as -12.34 must stay a number.
 */
export function textCell(text: string | null): string {
  if (text === null) return '';
  return quote(FORMULA_START.test(text) ? `'${text}` : text);
}

/** A row of cells that are rendered already (RFC 4180). */
export function csvRow(cells: readonly string[]): string {
  return cells.join(',') + CRLF;
}

function quote(text: string): string {
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
