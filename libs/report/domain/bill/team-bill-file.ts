import type { StatementLine } from '#statement/domain';
import type { ExportFile, Piece } from '../export-file.js';
import type { ExportSource } from '../export-source.js';
import { type LinePages, linesFile } from '../lines-file.js';
import type { Manifest } from '../manifest.js';
import { type TeamBill, teamBillOf } from './team-bill.js';

/** A bill is laid out in memory, and nobody reads a longer one. */
export const BILL_LINES_MAX = 5_000;

export type BillWriter = (bill: TeamBill) => AsyncIterable<Piece>;

/** A team's statement as a document that looks like a bill. */
export function teamBillFileOf(
  source: ExportSource & { readonly team: string },
  write: BillWriter,
): ExportFile<Manifest> {
  return linesFile(source, {
    name: 'statement',
    extension: 'pdf',
    mediaType: 'application/pdf',
    columns: ['project', 'model', 'what', 'quantity', 'unit_cost', 'amount'],
    encode: (pages) => encode(source, pages, write),
  });
}

async function* encode(
  source: ExportSource & { readonly team: string },
  pages: LinePages,
  write: BillWriter,
): AsyncGenerator<Piece> {
  const lines: StatementLine[] = [];
  for await (const page of pages) lines.push(...page);
  yield* write(teamBillOf(source, source.team, lines));
}
