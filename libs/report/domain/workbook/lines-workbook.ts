import { formatInstant } from '#calendar';
import { minorUnitDigits } from '#money';
import { type StatementLine, type StatementPages, stateOf } from '#statement/domain';
import { CHARGEBACK_COLUMNS } from '../chargeback-columns.js';
import { type Column, decimalsOf, textWriter } from '../column.js';
import type { ExportFile, Piece } from '../export-file.js';
import type { ExportSource } from '../export-source.js';
import { type LinePages, linesFile } from '../lines-file.js';
import type { Manifest } from '../manifest.js';
import { BILLED_KINDS, SummaryRows } from '../summary-rows.js';
import { exactCell, moneyFormat, nearestCell } from './sheet-number.js';
import type { Sheet, SheetCell, SheetColumn, Workbook, WorkbookWriter } from './workbook.js';

/** A workbook is written from memory, and nobody reads longer sheets. */
export const WORKBOOK_LINES_MAX = 100_000;

const XLSX_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const WHOLE = '#,##0';
/** What is finer than a spreadsheet's numbers has its exact text in a column beside it. */
const EXACT_SUFFIX = '_exact';

/** A chargeback as a workbook: what it is of, its summary by team and cost centre, its lines. */
export function workbookOf(source: ExportSource, write: WorkbookWriter): ExportFile<Manifest> {
  return linesFile(source, {
    name: 'chargeback',
    extension: 'xlsx',
    mediaType: XLSX_TYPE,
    columns: CHARGEBACK_COLUMNS.flatMap(titlesOf),
    encode: (pages) => encode(source, pages, write),
  });
}

async function* encode(source: ExportSource, pages: LinePages, write: WorkbookWriter): AsyncGenerator<Piece> {
  const { statements } = source;
  const sums = new SummaryRows();
  const cells = CHARGEBACK_COLUMNS.map((column) => cellsWriter(column, statements));
  const lines: SheetCell[][] = [];
  for await (const page of pages) {
    for (const line of page) {
      sums.add(line);
      lines.push(cells.flatMap((of) => of(line)));
    }
  }
  const workbook: Workbook = {
    sheets: [summarySheet(sums, statements), linesSheet(lines, statements), aboutSheet(source)],
    modifiedAt: statements.closing?.closedAt ?? statements.accruedTo,
  };
  yield* write(workbook);
}

function summarySheet(sums: SummaryRows, { currency }: StatementPages): Sheet {
  const money = (title: string): SheetColumn => ({ title, numberFormat: moneyFormat(currency) });
  const whole = (title: string): SheetColumn => ({ title, numberFormat: WHOLE });
  const minor = (amount: bigint) => exactCell(amount, minorUnitDigits(currency));
  return {
    name: 'Summary',
    columns: [
      { title: 'team' },
      { title: 'cost_center' },
      ...BILLED_KINDS.map(money),
      ...['corrections', 'total'].map(money),
      { title: 'currency' },
      ...['unpriced_lines', 'unpriced_requests', 'unpriced_tokens'].map(whole),
    ],
    rows: sums
      .rows()
      .map(({ team, costCenter, byKind, corrections, total, unpriced }) => [
        team,
        costCenter,
        ...BILLED_KINDS.map((kind) => minor(byKind[kind])),
        minor(corrections),
        minor(total),
        currency,
        unpriced.lines,
        exactCell(unpriced.requests, 0),
        exactCell(unpriced.tokens, 0),
      ]),
  };
}

function linesSheet(rows: SheetCell[][], { currency }: StatementPages): Sheet {
  const columns = CHARGEBACK_COLUMNS.flatMap((column): SheetColumn[] =>
    titlesOf(column).map((title, i) => {
      const numberFormat = i === 0 ? formatOf(column, currency) : undefined;
      return numberFormat === undefined ? { title } : { title, numberFormat };
    }),
  );
  return { name: 'Lines', columns, rows };
}

function aboutSheet({ statements, team }: ExportSource): Sheet {
  const { account, period, currency, accruedTo, closing } = statements;
  return {
    name: 'About',
    columns: [{ title: 'what' }, { title: 'value' }],
    rows: [
      ['account', account],
      ['team', team ?? 'all'],
      ['billing_period', period.name],
      ['time_zone', period.timeZone],
      ['currency', currency],
      ['state', stateOf(statements)],
      ['accrued_to', formatInstant(accruedTo)],
      ['close_number', closing?.closeNumber ?? null],
      ['closed_at', closing && formatInstant(closing.closedAt)],
      ['close_hash', closing?.hash ?? null],
    ],
  };
}

function titlesOf({ name, type }: Column): string[] {
  return type === 'decimal' ? [name, `${name}${EXACT_SUFFIX}`] : [name];
}

function formatOf({ type }: Column, currency: string): string | undefined {
  if (type === 'minor') return moneyFormat(currency);
  if (type === 'decimal') return '#,##0.############';
  return type === 'whole' ? WHOLE : undefined;
}

function cellsWriter(column: Column, context: StatementPages): (line: StatementLine) => SheetCell[] {
  const decimals = decimalsOf(column, context);
  const text = textWriter(column, context);
  switch (column.type) {
    case 'whole':
    case 'minor':
      return (line) => [exactCell(column.of(line, context), decimals)];
    case 'decimal':
      return (line) => [nearestCell(column.of(line, context), decimals), text(line)];
    default:
      return (line) => [text(line)];
  }
}
