import { createReadStream } from 'node:fs';
import type { Connection } from '../connection.js';
import { readJsonValues } from './read-json-values.js';
import { readLines } from './read-lines.js';
import { readNdjson } from './read-ndjson.js';
import { fingerprint, journalPath } from './resume.js';
import { type ReadingNotes, sendFile } from './send-file.js';
import type { Tally } from './tally.js';

export const EVENT_FORMATS = ['ndjson', 'json'] as const;
export type EventFormat = (typeof EVENT_FORMATS)[number];

export interface ImportEventsInput {
  /** `-`: the standard input. */
  readonly file: string;
  readonly format: EventFormat | undefined;
  readonly batchSize: number;
  readonly concurrency: number;
}

/** Sends the native events of a file, from where an earlier run was interrupted; the standard input in one go. */
export async function importEvents(connection: Connection, input: ImportEventsInput): Promise<Tally> {
  const { file, batchSize, concurrency } = input;
  const format = input.format ?? (file.endsWith('.json') ? 'json' : 'ndjson');
  const place = file === '-' ? { size: 0, journal: undefined } : await placeOf(connection, file, format);
  return sendFile(connection, {
    ...place,
    title: 'sending',
    placeName: format === 'json' ? 'event' : 'line',
    read: (notes) => read(file === '-' ? process.stdin : createReadStream(file), format, notes),
    batchSize,
    concurrency,
  });
}

function read(chunks: AsyncIterable<Uint8Array>, format: EventFormat, notes: ReadingNotes) {
  return format === 'json' ? readJsonValues(chunks, notes) : readNdjson(readLines(chunks), notes);
}

async function placeOf({ client, environment }: Connection, file: string, format: EventFormat) {
  const { bytes: size, digest } = await fingerprint(file);
  return { size, journal: journalPath(environment.cacheDir, client.url, digest, format) };
}
