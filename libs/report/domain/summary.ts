import { formatMinor } from '#money';
import type { UnpricedTotals } from '#statement/domain';
import { csvRow, textCell } from './csv.js';
import { CSV_TYPE } from './csv-table.js';
import type { ExportFile, Piece } from './export-file.js';
import type { ExportSource } from './export-source.js';
import { LineTally } from './line-tally.js';
import { fileNameOf, linesOf } from './lines-file.js';
import { type Manifest, manifestOf } from './manifest.js';
import { BILLED_KINDS, type SummaryRow, SummaryRows } from './summary-rows.js';

export const SUMMARY_COLUMNS: readonly string[] = [
  'billing_period',
  'team',
  'cost_center',
  ...BILLED_KINDS,
  'corrections',
  'total',
  'currency',
  'unpriced_lines',
  'unpriced_requests',
  'unpriced_tokens',
];

/** What stands beside a summary. Its sums count the lines behind its rows. */
export interface SummaryManifest extends Omit<Manifest, 'unpricedRows' | 'leftOut' | 'rowsWithoutListPrice'> {
  readonly lines: number;
  readonly unpriced: UnpricedTotals;
}

/** A row for each team and cost centre, with what it is billed. */
export function summaryOf(source: ExportSource): ExportFile<SummaryManifest> {
  const { statements, team } = source;
  const fileName = fileNameOf('summary', source, 'csv');
  return {
    fileName,
    mediaType: CSV_TYPE,
    lines: linesOf(source),
    write() {
      const tally = new LineTally();
      const sums = new SummaryRows();
      async function* pieces(): AsyncGenerator<Piece> {
        for await (const page of statements.lines(team)) {
          for (const line of page) {
            tally.add(line);
            sums.add(line);
          }
        }
        yield csvRow(SUMMARY_COLUMNS);
        for (const row of sums.rows()) yield csvRow(cellsOf(row, source));
      }
      return {
        pieces: pieces(),
        linesDone: () => tally.rows,
        manifest(digest) {
          const written = { ...source, fileName, columns: SUMMARY_COLUMNS, tally, digest };
          const { unpricedRows: _, leftOut: __, rowsWithoutListPrice: ___, ...manifest } = manifestOf(written);
          const rows = sums.rows();
          return { ...manifest, rows: rows.length, lines: tally.rows, unpriced: unpricedOf(rows) };
        },
      };
    },
  };
}

function cellsOf(row: SummaryRow, { statements }: ExportSource): string[] {
  const { period, currency } = statements;
  const { team, costCenter, byKind, corrections, total, unpriced } = row;
  const amounts = [...BILLED_KINDS.map((kind) => byKind[kind]), corrections, total];
  return [
    period.name,
    textCell(team),
    textCell(costCenter),
    ...amounts.map((amount) => formatMinor(amount, currency)),
    currency,
    unpriced.lines.toString(),
    unpriced.requests.toString(),
    unpriced.tokens.toString(),
  ];
}

function unpricedOf(rows: readonly SummaryRow[]): UnpricedTotals {
  return rows.reduce<UnpricedTotals>(
    (sum, { unpriced: { lines, requests, tokens } }) => ({
      lines: sum.lines + lines,
      requests: sum.requests + requests,
      tokens: sum.tokens + tokens,
    }),
    { lines: 0, requests: 0n, tokens: 0n },
  );
}
