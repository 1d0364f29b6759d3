import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import type { ImportRow } from '#outcome';
import { FailureException } from '../problem/failure.exception.js';
import { csvFault } from './csv-rows.js';
import { NO_ROWS, refused } from './table-columns.js';

/** The columns of a table that has more than are read. */
export interface OpenColumns {
  readonly known: readonly string[];
  readonly required: readonly string[];
}

/** Rows of any number, one at a time in memory. */
export interface CsvStream {
  /** Throws `FailureException` with `table.not_utf8`, `table.bad_csv`, `table.bad_header` or `table.no_rows`. */
  readonly rows: AsyncIterable<ImportRow>;
  /** Of the bytes that have come. */
  sha256(): string;
  /** Columns that are not read; known once the header has been. */
  readonly ignored: readonly string[];
}

/** Bounds what one record makes of the memory, quotes and all. */
const RECORD_MAX = 131_072;
/** Header names that are told back; of more nobody reads them. */
const IGNORED_MAX = 200;

interface Line {
  readonly record: readonly string[];
  /** Counted from 1, where the record ends. */
  readonly info: { readonly lines: number };
}

/** The rows of a CSV file (RFC 4180, UTF-8, with or without byte order mark) as it comes, whose header names the columns in any order. */
export function csvStream(body: AsyncIterable<Buffer>, columns: OpenColumns): CsvStream {
  const hash = createHash('sha256');
  const ignored: string[] = [];
  async function* rows(): AsyncGenerator<ImportRow> {
    const options = { info: true, skip_empty_lines: true, trim: true, max_record_size: RECORD_MAX } as const;
    const source = Readable.from(textOf(body, hash));
    const parser = source.pipe(parse(options));
    source.on('error', (error) => parser.destroy(error));
    try {
      let header: readonly (string | undefined)[] | undefined;
      let index = 0;
      for await (const line of parser as AsyncIterable<Line>) {
        if (!header) header = readHeader(line.record, columns, ignored);
        else yield toRow(line, index++, header);
      }
      if (index === 0) throw new FailureException(NO_ROWS);
    } catch (error) {
      throw error instanceof CsvError ? new FailureException(refused('bad_csv', csvFault(error))) : error;
    } finally {
      source.destroy();
    }
  }
  return { rows: rows(), sha256: () => hash.copy().digest('hex'), ignored };
}

async function* textOf(body: AsyncIterable<Buffer>, hash: ReturnType<typeof createHash>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (chunk?: Buffer) => {
    try {
      return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
    } catch {
      throw new FailureException(refused('not_utf8', 'The file is not UTF-8.'));
    }
  };
  for await (const chunk of body) {
    hash.update(chunk);
    yield decode(chunk);
  }
  yield decode();
}

/** The known name of each column, whatever its case; undefined for one that is not read. */
function readHeader(
  record: readonly string[],
  { known, required }: OpenColumns,
  ignored: string[],
): (string | undefined)[] {
  const names = new Map(known.map((name) => [name.toLowerCase(), name]));
  const header = record.map((name) => names.get(name.toLowerCase()));
  const repeated = header.find((name, i) => name !== undefined && header.indexOf(name) !== i);
  const missing = required.filter((name) => !header.includes(name));
  const hint = record.length === 1 && (record[0] ?? '').includes(';') ? ' Separate columns by commas.' : '';
  const fault =
    repeated !== undefined
      ? `The column ${repeated} is there twice.`
      : missing.length > 0
        ? `The column ${missing.join(', ')} is missing.${hint}`
        : undefined;
  if (fault !== undefined) throw new FailureException(refused('bad_header', fault));
  ignored.push(...record.filter((_, i) => header[i] === undefined).slice(0, IGNORED_MAX));
  return header;
}

function toRow({ record, info }: Line, index: number, header: readonly (string | undefined)[]): ImportRow {
  const filled = header.flatMap((name, i): [string, string][] => {
    const value = record[i];
    return name === undefined || value === undefined || value === '' ? [] : [[name, value]];
  });
  return {
    place: `line ${info.lines}`,
    pointer: `/${index}`,
    values: Object.fromEntries(filled),
    spell: (column) => column,
  };
}
