import type { DraftStatements } from '#statement/domain';
import { CHARGEBACK_COLUMNS, chargebackRow } from './chargeback-columns.js';
import { fileNameOf, linesOf, type StatementFile } from './statement-file.js';

/** A chargeback: the lines of one team's statement or of all, with the house's own columns. */
export function chargebackOf(draft: DraftStatements, team: string | null): StatementFile {
  const lines = linesOf(draft, team);
  return {
    fileName: fileNameOf('chargeback', draft, team),
    team,
    draft,
    lines,
    columns: CHARGEBACK_COLUMNS,
    *rows() {
      for (const line of lines) yield chargebackRow(line, draft);
    },
  };
}
