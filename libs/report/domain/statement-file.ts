import { createHash } from 'node:crypto';
import { type DraftStatements, type StatementLine, stateOf } from '#statement/domain';
import { csvRow } from './csv.js';

/** Rows joined to one piece of the file: large enough for a socket, small enough to wait for one. */
const ROWS_PER_CHUNK = 256;

/** The lines of one team's statement or of all, as a CSV file of some format. */
export interface StatementFile {
  readonly fileName: string;
  /** Null: all teams. */
  readonly team: string | null;
  readonly draft: DraftStatements;
  /** The lines that stand in the file, a row each. */
  readonly lines: readonly StatementLine[];
  readonly columns: readonly string[];
  /** The finished row of each line, anew at every call: the same file gives the same bytes. */
  readonly rows: () => Iterable<string>;
}

/** The file in pieces: the header, then rows in the order of the lines. */
export function* csvOf({ columns, rows }: StatementFile): Generator<string> {
  yield csvRow(columns);
  let chunk: string[] = [];
  for (const row of rows()) {
    if (chunk.push(row) < ROWS_PER_CHUNK) continue;
    yield chunk.join('');
    chunk = [];
  }
  if (chunk.length > 0) yield chunk.join('');
}

export interface Digest {
  /** Hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
}

/** Hash and size of the file. */
export function digestOf(file: StatementFile): Digest {
  const hash = createHash('sha256');
  let bytes = 0;
  for (const chunk of csvOf(file)) {
    hash.update(chunk, 'utf8');
    bytes += Buffer.byteLength(chunk, 'utf8');
  }
  return { sha256: hash.digest('hex'), bytes };
}

/** The lines of one team, or of all of them (null). */
export function linesOf({ teams }: DraftStatements, team: string | null): StatementLine[] {
  return teams.filter((statement) => team === null || statement.team === team).flatMap(({ lines }) => lines);
}

/** `chargeback_2026-10_search_draft.csv`; the format's name comes first. */
export function fileNameOf(format: string, draft: DraftStatements, team: string | null): string {
  return `${format}_${draft.period.name}_${team === null ? 'all' : fileNamePart(team)}_${stateOf(draft)}.csv`;
}

/** A team's name as part of a file's name: what is more than letters, digits, dots and dashes becomes a dash. */
function fileNamePart(team: string): string {
  return team.replaceAll(/[^A-Za-z0-9.-]+/g, '-');
}
