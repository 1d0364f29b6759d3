import { createHash } from 'node:crypto';
import { type DraftStatements, type StatementLine, stateOf } from '#statement/domain';
import { chargebackHeader, chargebackRow } from './chargeback-columns.js';

/** Rows joined to one piece of the file: large enough for a socket, small enough to wait for one. */
const ROWS_PER_CHUNK = 256;

/** A chargeback: the lines of one team's statement or of all, as a CSV file. */
export interface Chargeback {
  readonly fileName: string;
  /** Null: all teams. */
  readonly team: string | null;
  readonly draft: DraftStatements;
  readonly lines: readonly StatementLine[];
}

export function chargebackOf(draft: DraftStatements, team: string | null): Chargeback {
  const statements = draft.teams.filter((statement) => team === null || statement.team === team);
  return {
    fileName: `chargeback_${draft.period.name}_${team === null ? 'all' : fileNamePart(team)}_${stateOf(draft)}.csv`,
    team,
    draft,
    lines: statements.flatMap(({ lines }) => lines),
  };
}

/** The file in pieces: the header, then rows in the order of the lines. The same draft gives the same bytes. */
export function* chargebackCsv({ draft, lines }: Chargeback): Generator<string> {
  yield chargebackHeader();
  for (let from = 0; from < lines.length; from += ROWS_PER_CHUNK) {
    const rows = lines.slice(from, from + ROWS_PER_CHUNK);
    yield rows.map((line) => chargebackRow(line, draft)).join('');
  }
}

export interface Digest {
  /** Hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
}

/** Hash and size of the file. */
export function digestOf(chargeback: Chargeback): Digest {
  const hash = createHash('sha256');
  let bytes = 0;
  for (const chunk of chargebackCsv(chargeback)) {
    hash.update(chunk, 'utf8');
    bytes += Buffer.byteLength(chunk, 'utf8');
  }
  return { sha256: hash.digest('hex'), bytes };
}

/** A team's name as part of a file's name: what is more than letters, digits, dots and dashes becomes a dash. */
function fileNamePart(team: string): string {
  return team.replaceAll(/[^A-Za-z0-9.-]+/g, '-');
}
