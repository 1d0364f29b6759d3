import { open, readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { errorText } from '#platform';
import { CliError } from './exit-code.js';

/** A whole file, byte for byte, for what the server takes in one piece. */
export async function readWhole(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** A file of any length, for what the server takes as it comes. */
export async function streamWhole(file: string): Promise<ReadableStream> {
  try {
    const handle = await open(file);
    return Readable.toWeb(handle.createReadStream());
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** One line for a file that cannot be read. */
export function unreadable(file: string, error: unknown): CliError {
  return new CliError(`${file} cannot be read (${errorText(error)})`);
}
