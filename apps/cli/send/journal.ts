import { type FileHandle, mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { errorCode } from '#platform';
import type { Counts } from './tally.js';

const entry = z.object({
  first: z.int().positive(),
  last: z.int().positive(),
  batchId: z.string(),
  accepted: z.int(),
  duplicate: z.int(),
  rejected: z.int(),
});

/** That the server has metered the events at the places `first` to `last`, and what became of them. */
export type JournalEntry = z.output<typeof entry> & Counts;

/**
 * What an import has behind it, so that one that was killed goes on where it was. Entries are appended as batches are
 * metered; a torn last line is a batch that is sent again, which changes nothing. The file goes when the import ends.
 */
export class Journal {
  private added = false;

  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
    /** Of earlier runs. */
    readonly entries: readonly JournalEntry[],
  ) {}

  static async open(path: string): Promise<Journal> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const text = await readIfThere(path);
    const file = await open(path, 'a', 0o600);
    // Ends what a killed run may have left half-written.
    if (text !== '' && !text.endsWith('\n')) await file.appendFile('\n');
    return new Journal(path, file, parseEntries(text));
  }

  async add(done: JournalEntry): Promise<void> {
    this.added = true;
    await this.file.appendFile(`${JSON.stringify(done)}\n`);
  }

  /** Keeps the file for the next run, if there is anything in it. */
  async close(): Promise<void> {
    await this.file.close();
    if (!this.added && this.entries.length === 0) await rm(this.path, { force: true });
  }

  /** The import is whole: there is nothing to go on with. */
  async finish(): Promise<void> {
    await this.file.close();
    await rm(this.path, { force: true });
  }
}

/** Whether a place is in one of the entries; places must be asked for in ascending order. */
export function coveredPlaces(entries: readonly JournalEntry[]): (place: number) => boolean {
  const sorted = [...entries].sort((a, b) => a.first - b.first);
  let at = 0;
  return (place) => {
    for (let current = sorted[at]; current && current.last < place; current = sorted[at]) at += 1;
    const current = sorted[at];
    return current !== undefined && current.first <= place;
  };
}

function parseEntries(text: string): JournalEntry[] {
  return text.split('\n').flatMap((line) => {
    try {
      const parsed = entry.safeParse(JSON.parse(line));
      return parsed.success ? [parsed.data] : [];
    } catch {
      return [];
    }
  });
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return '';
    throw error;
  }
}
