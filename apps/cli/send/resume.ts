import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { ApiClient } from '../client/api-client.js';
import { ApiError } from '../client/api-error.js';
import { unreadable } from '../read-file.js';
import { Journal } from './journal.js';
import { findBatch } from './post-events.js';

export interface Fingerprint {
  readonly bytes: number;
  /** SHA-256, hexadecimal. */
  readonly digest: string;
}

/** What tells a file's content from any other. */
export async function fingerprint(file: string): Promise<Fingerprint> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const chunk of createReadStream(file) as AsyncIterable<Uint8Array>) {
      hash.update(chunk);
      bytes += chunk.length;
    }
  } catch (error) {
    throw unreadable(file, error);
  }
  return { bytes, digest: hash.digest('hex') };
}

/** Where an import keeps what it has done: one place for one file, sent in one way to one server. */
export function journalPath(cacheDir: string, url: string, digest: string, way: unknown): string {
  const name = createHash('sha256')
    .update(JSON.stringify([url, digest, way]))
    .digest('hex')
    .slice(0, 32);
  return join(cacheDir, 'imports', `${name}.ndjson`);
}

/** Opens a journal; an empty one when the server no longer has what it speaks of, for then it is another database. */
export async function openJournal(client: ApiClient, path: string): Promise<Journal> {
  const journal = await Journal.open(path);
  const last = journal.entries.at(-1);
  if (!last || (await isKnown(client, last.batchId))) return journal;
  await journal.finish();
  return Journal.open(path);
}

async function isKnown(client: ApiClient, batchId: string): Promise<boolean> {
  try {
    await findBatch(client, batchId);
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return false;
    throw error;
  }
}
