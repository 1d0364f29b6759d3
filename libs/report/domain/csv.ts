const CRLF = '\r\n';

/** What a spreadsheet takes for the start of a formula; East Asian ones also the full-width forms. */
const FORMULA_START = /^[=+\-@\uff1d\uff0b\uff0d\uff20\t\r\n]/;
const NEEDS_QUOTES = /[",\r\n]/;

/**
 * A text cell. One that a spreadsheet would run as a formula gets an apostrophe before it, which makes it text there; so
 * does one that begins with an apostrophe, or the two could not be told apart: who reads the file takes one leading
 * apostrophe away and has the text. Only for text: a number such as -12.34 must stay a number.
 */
export function textCell(text: string | null): string {
  if (text === null) return '';
  return quote(text.startsWith("'") || FORMULA_START.test(text) ? `'${text}` : text);
}

/** A row of cells that are rendered already (RFC 4180). */
export function csvRow(cells: readonly string[]): string {
  return cells.join(',') + CRLF;
}

function quote(text: string): string {
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
