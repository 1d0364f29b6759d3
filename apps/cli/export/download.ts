import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errorText } from '#platform';
import { CliError } from '../exit-code.js';
import { RecordCounter } from './count-records.js';

/** A file that is on disk under another name than its own. */
export interface Draft {
  readonly path: string;
  readonly bytes: number;
  /** SHA-256, hexadecimal. */
  readonly sha256: string;
  /** Undefined when it ends within a row. */
  readonly rows: number | undefined;
}

/** Writes a stream to a file beside `target`, and to disk. What goes wrong leaves no file. */
export async function writeDraft(target: string, chunks: AsyncIterable<Uint8Array>): Promise<Draft> {
  const path = join(dirname(target), `.${basename(target)}.${randomUUID()}.partial`);
  try {
    const file = await open(path, 'wx');
    try {
      return { path, ...(await copy(chunks, file)) };
    } finally {
      await file.close();
    }
  } catch (error) {
    await rm(path, { force: true });
    if (error instanceof CliError) throw error;
    throw new CliError(`${target} cannot be written (${errorText(error)})`);
  }
}

async function copy(chunks: AsyncIterable<Uint8Array>, file: FileHandle) {
  const hash = createHash('sha256');
  const counter = new RecordCounter();
  let bytes = 0;
  for await (const chunk of chunks) {
    await file.writeFile(chunk);
    hash.update(chunk);
    counter.add(chunk);
    bytes += chunk.length;
  }
  await file.sync();
  return { bytes, sha256: hash.digest('hex'), rows: counter.rows };
}

/** Gives a draft the name it is for, in place of what had it. */
export async function publish(draft: Pick<Draft, 'path'>, target: string): Promise<void> {
  try {
    await rename(draft.path, target);
  } catch (error) {
    await rm(draft.path, { force: true });
    throw new CliError(`${target} cannot be written (${errorText(error)})`);
  }
}
