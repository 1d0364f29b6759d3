/** A column of a table; numbers stand at its right edge. */
export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

export const left = (title: string): Column => ({ title });
export const right = (title: string): Column => ({ title, align: 'right' });

export type Cell = string | number | bigint | null | undefined;

/**
 * A plain table: titles, then rows, columns as wide as what is in them. `null` shows as an empty cell. Text from outside
 * cannot steer the terminal: control characters are shown, not sent.
 */
export function renderTable(columns: readonly Column[], rows: readonly (readonly Cell[])[]): string {
  const texts = [columns.map(({ title }) => title), ...rows.map((row) => columns.map((_, i) => cellText(row[i])))];
  const widths = columns.map((_, i) => Math.max(...texts.map((row) => widthOf(row[i] ?? ''))));
  const lines = texts.map((row) =>
    columns
      .map(({ align }, i) => pad(row[i] ?? '', widths[i] ?? 0, align ?? 'left'))
      .join('  ')
      .trimEnd(),
  );
  return lines.map((line) => `${line}\n`).join('');
}

/** `1234567.5` as `1,234,567.5`. */
export function grouped(number: string | number | bigint): string {
  const [integer = '', fraction] = String(number).split('.');
  const withCommas = integer.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return fraction === undefined ? withCommas : `${withCommas}.${fraction}`;
}

/** `1 pool`, `2,976 buckets`. */
export function counted(number: string | number, noun: string): string {
  return `${grouped(number)} ${noun}${String(number) === '1' ? '' : 's'}`;
}

/** Text as it may be shown on a terminal. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u{${code.toString(16)}}`;
  });
}

function cellText(cell: Cell): string {
  if (cell === null || cell === undefined) return '';
  return typeof cell === 'string' ? printable(cell) : grouped(cell);
}

/** Columns on the screen: East Asian wide characters take two. Near enough without a table of all of Unicode. */
function widthOf(text: string): number {
  let width = 0;
  for (const character of text) {
    if (/\p{M}/u.test(character)) continue;
    width +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\u{1f300}-\u{1faff}]/u.test(
        character,
      )
        ? 2
        : 1;
  }
  return width;
}

function pad(text: string, width: number, align: 'left' | 'right'): string {
  const blanks = ' '.repeat(Math.max(0, width - widthOf(text)));
  return align === 'left' ? text + blanks : blanks + text;
}
