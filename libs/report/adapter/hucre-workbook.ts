import { type CellValue, writeXlsx } from 'hucre/xlsx';
import type { Sheet, SheetCell, Workbook } from '../domain/index.js';

const BOLD = { font: { bold: true } };
/** Excel's own width of a column, and the widest that still shows others beside it. */
const WIDTH_MIN = 10;
const WIDTH_MAX = 40;
/** Rows that a column's width is taken from. */
const WIDTH_ROWS = 200;

/** XLSX, the sheets' headers frozen and to be filtered by. */
export async function* hucreWorkbook({ sheets, modifiedAt }: Workbook): AsyncGenerator<Uint8Array> {
  const at = new Date(modifiedAt);
  yield await writeXlsx({
    sheets: sheets.map(toSheet),
    properties: { creator: 'Apportion', created: at, modified: at },
  });
}

function toSheet({ name, columns, rows }: Sheet) {
  const header: CellValue[] = columns.map(({ title }) => title);
  return {
    name,
    columns: columns.map(({ title, numberFormat }, i) => ({
      width: widthOf([title, ...rows.slice(0, WIDTH_ROWS).map((row) => row[i] ?? null)]),
      ...(numberFormat === undefined ? {} : { numFmt: numberFormat }),
    })),
    rows: [header, ...rows.map((row): CellValue[] => row.map(cellOf))],
    cells: new Map(columns.map((_, i) => [`0,${i}`, { style: BOLD }])),
    freezePane: { rows: 1 },
  };
}

/** What begins an escape in a cell's text; and what XML holds in no spelling. */
const ESCAPE = /_(?=x[0-9A-Fa-f]{4}_)/g;
const NO_XML = /[\ufffe\uffff]/g;

/** In a cell's text `_x0041_` stands for the character of that number (ST_Xstring of ISO/IEC 29500), so a name that has it is escaped. */
function cellOf(value: SheetCell): CellValue {
  if (typeof value !== 'string') return value;
  return value
    .replaceAll(ESCAPE, '_x005F_')
    .replaceAll(NO_XML, (character) => `_x${character.charCodeAt(0).toString(16).toUpperCase()}_`);
}

function widthOf(values: readonly CellValue[]): number {
  const longest = Math.max(...values.map((value) => String(value ?? '').length));
  return Math.min(Math.max(longest + 2, WIDTH_MIN), WIDTH_MAX);
}
