import { type StatementLine, stateOf } from '#statement/domain';
import type { ExportFile, Piece } from './export-file.js';
import type { ExportSource } from './export-source.js';
import { LineTally } from './line-tally.js';
import { type Manifest, manifestOf } from './manifest.js';

export type LinePages = AsyncIterable<readonly StatementLine[]>;

/** How lines become a file of some format. */
export interface LinesFormat {
  /** What the file is called first: `chargeback`. */
  readonly name: string;
  readonly extension: string;
  readonly mediaType: string;
  readonly columns: readonly string[];
  /** Whether the file has a row for the line. Left out: it has one for each. */
  readonly holds?: (line: StatementLine) => boolean;
  /** The file, of lines that it has rows for. */
  readonly encode: (pages: LinePages) => AsyncIterable<Piece>;
}

/** A file with a row for each line of statements. */
export function linesFile(source: ExportSource, format: LinesFormat): ExportFile<Manifest> {
  const { statements, team } = source;
  const fileName = fileNameOf(format.name, source, format.extension);
  return {
    fileName,
    mediaType: format.mediaType,
    lines: linesOf(source),
    write() {
      const tally = new LineTally();
      return {
        pieces: format.encode(counted(statements.lines(team), tally, format.holds)),
        linesDone: () => tally.rows + tally.leftOut.lines,
        manifest: (digest) => manifestOf({ ...source, fileName, columns: format.columns, tally, digest }),
      };
    },
  };
}

async function* counted(pages: LinePages, tally: LineTally, holds: LinesFormat['holds']): LinePages {
  for await (const page of pages) {
    const held = holds === undefined ? page : page.filter(holds);
    for (const line of held) tally.add(line);
    if (held.length < page.length) for (const line of page) if (holds?.(line) === false) tally.leaveOut(line);
    yield held;
  }
}

/** The lines of a source, as far as they have been counted. */
export function linesOf({ statements, team }: ExportSource): number | null {
  return team === null ? statements.lineCount : null;
}

/** `chargeback_2026-10_search_draft.csv`; the format's name comes first. */
export function fileNameOf(format: string, { statements, team }: ExportSource, extension: string): string {
  const { period } = statements;
  return `${format}_${period.name}_${team === null ? 'all' : fileNamePart(team)}_${stateOf(statements)}.${extension}`;
}

/** A team's name as part of a file's name: what is more than letters, digits, dots and dashes becomes a dash. */
function fileNamePart(team: string): string {
  return team.replaceAll(/[^A-Za-z0-9.-]+/g, '-');
}
