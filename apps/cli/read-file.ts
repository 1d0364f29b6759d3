import { readFile } from 'node:fs/promises';
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

/** One line for a file that cannot be read. */
export function unreadable(file: string, error: unknown): CliError {
  return new CliError(`${file} cannot be read (${errorText(error)})`);
}
