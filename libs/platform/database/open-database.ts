import { Client } from 'pg';
import { startEmbeddedPostgres } from '../embedded/embedded-postgres.js';
import type { Environment } from '../environment/environment.js';
import { errorCode } from '../error-code.js';
import { awaitServer } from './await-server.js';

export interface OpenDatabase {
  readonly url: string;
  /** What the operator should know about where it is; undefined for a server of their own. */
  readonly embedded: { readonly folder: string; readonly adopted: boolean } | undefined;
  close(): Promise<void>;
}

const DATABASE = 'apportion';

/**
 * The database that the environment names, else the embedded one, started. Its schema may be empty. `waiting` is told why, when
 * the named one takes no connections yet.
 */
export async function openDatabase(
  environment: Pick<Environment, 'databaseUrl' | 'dataDir'>,
  waiting: (why: string) => void = () => undefined,
): Promise<OpenDatabase> {
  if (environment.databaseUrl !== undefined) {
    await awaitServer(environment.databaseUrl, waiting);
    return { url: environment.databaseUrl, embedded: undefined, close: () => Promise.resolve() };
  }
  const server = await startEmbeddedPostgres(environment.dataDir);
  try {
    return {
      url: await ensureDatabase(server.url, DATABASE),
      embedded: { folder: environment.dataDir, adopted: server.adopted },
      close: () => server.close(),
    };
  } catch (error) {
    await server.close();
    throw error;
  }
}

async function ensureDatabase(serverUrl: string, name: string): Promise<string> {
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(`create database ${name}`);
  } catch (error) {
    // Made before, or by another process at this very moment.
    const sqlState = errorCode(error);
    if (sqlState !== '42P04' && sqlState !== '23505') throw error;
  } finally {
    await client.end();
  }
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
