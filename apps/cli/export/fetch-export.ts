import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import type { ExportWire } from '#contract';
import { errorText } from '#platform';
import type { ApiClient } from '../client/api-client.js';
import type { Patience } from '../client/patience.js';
import { CliError } from '../exit-code.js';
import { publishBoth } from './publish-both.js';

export interface FetchExportOptions {
  /** The file to write; what the server says of it is written beside it. */
  readonly out: string;
  readonly job: ExportWire;
  readonly patience: Patience;
  readonly interrupted: AbortSignal;
}

type ExportedFile = NonNullable<ExportWire['file']>;

/** A part that is not of this file is found out when it is whole; the second attempt begins with nothing. */
const ATTEMPTS = 2;

/**
 * Downloads an export to `OUT.part`, on from where an earlier download broke off, and gives it its name when its bytes are the
 * right ones. What is interrupted or fails leaves the part.
 */
export async function fetchExport(client: ApiClient, file: ExportedFile, options: FetchExportOptions): Promise<void> {
  const { out, job, patience } = options;
  const part = `${out}.part`;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const sha256 = await patience.run(() => complete(client, file, part, options));
    if (sha256 === file.sha256) return publishBoth(part, job, out);
    await rm(part, { force: true });
  }
  throw new CliError(`what was received of export ${job.id} is not what was sent; try again`);
}

/** Goes on with the part until it is as long as the file; its SHA-256. */
async function complete(
  client: ApiClient,
  file: ExportedFile,
  part: string,
  { job, interrupted }: FetchExportOptions,
): Promise<string> {
  const handle = await opened(part);
  try {
    let hash = createHash('sha256');
    let bytes = (await handle.stat()).size;
    if (bytes > file.bytes) bytes = await emptied(handle);
    await hashPart(handle, hash);
    if (bytes < file.bytes) {
      const headers = bytes === 0 ? {} : { range: `bytes=${bytes}-`, 'if-range': `"${file.sha256}"` };
      const response = await client.open('GET', `/v1/exports/${encodeURIComponent(job.id)}/file`, { headers });
      // Of the whole file, whatever was asked for.
      if (response.status !== 206 && bytes > 0) {
        await emptied(handle);
        hash = createHash('sha256');
      }
      for await (const chunk of client.bytes(response)) {
        interrupted.throwIfAborted();
        await handle.writeFile(chunk);
        hash.update(chunk);
      }
    }
    await handle.sync();
    return hash.digest('hex');
  } catch (error) {
    if (error instanceof CliError || interrupted.aborted) throw error;
    throw new CliError(`${part} cannot be written (${errorText(error)})`);
  } finally {
    await handle.close();
  }
}

async function opened(part: string): Promise<FileHandle> {
  try {
    return await open(part, 'a+');
  } catch (error) {
    throw new CliError(`${part} cannot be written (${errorText(error)})`);
  }
}

async function emptied(handle: FileHandle): Promise<number> {
  await handle.truncate(0);
  return 0;
}

async function hashPart(handle: FileHandle, hash: Hash): Promise<void> {
  const stream = handle.createReadStream({ start: 0, autoClose: false });
  for await (const chunk of stream) hash.update(chunk as Buffer);
}
