import { createReadStream } from 'node:fs';
import type { Connection } from '../connection.js';
import { readLines } from '../send/read-lines.js';
import { fingerprint, journalPath } from '../send/resume.js';
import { sendFile } from '../send/send-file.js';
import type { Tally } from '../send/tally.js';
import { readTrace } from './read-trace.js';
import type { TraceOwner } from './trace-event.js';

export interface ImportTraceInput {
  readonly file: string;
  readonly owner: Omit<TraceOwner, 'source'>;
  /** Undefined: the file's content names it, so that the same file is the same requests wherever it lies. */
  readonly source: string | undefined;
  readonly batchSize: number;
  readonly concurrency: number;
}

/** Imports a trace in the Azure format, from where an earlier run was interrupted. */
export async function importTrace(connection: Connection, input: ImportTraceInput): Promise<Tally> {
  const { client, environment } = connection;
  const { file, batchSize, concurrency } = input;
  const { bytes: size, digest } = await fingerprint(file);
  const owner: TraceOwner = { ...input.owner, source: input.source ?? `trace:${digest.slice(0, 16)}` };
  return sendFile(connection, {
    title: 'importing',
    size,
    placeName: 'line',
    read: (notes) => readTrace(readLines(createReadStream(file)), owner, notes),
    journal: journalPath(environment.cacheDir, client.url, digest, owner),
    batchSize,
    concurrency,
  });
}
