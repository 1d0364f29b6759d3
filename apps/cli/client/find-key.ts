import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ClientEnvironment, errorText } from '#platform';
import { CliError, EXIT } from '../exit-code.js';
import { UnreachableError } from './api-error.js';

/**
 * The key to speak with: the one given, else the bootstrap key that a server on this machine left in its data folder. A
 * server elsewhere is never shown the latter.
 */
export async function findKey({ url, apiKey, dataDir }: ClientEnvironment): Promise<string> {
  if (apiKey !== undefined) return apiKey;
  if (!isThisMachine(url)) throw noKey(`there is no key for ${url}`);
  const file = join(dataDir, 'bootstrap-key');
  try {
    const key = (await readFile(file, 'utf8')).trim();
    if (key !== '') return key;
  } catch (error) {
    // Without a key file most likely no server was ever started: say that if it is so.
    await assertAnswers(url);
    throw noKey(`${file} cannot be read (${errorText(error)})`);
  }
  throw noKey(`${file} is empty`);
}

function noKey(reason: string): CliError {
  return new CliError(`${reason}; give a key with --key or APPORTION_API_KEY`, EXIT.auth);
}

function isThisMachine(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

async function assertAnswers(url: string): Promise<void> {
  try {
    const response = await fetch(`${url}/health/live`);
    await response.body?.cancel();
  } catch {
    throw new UnreachableError(url, 'nobody answers');
  }
}
