import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { errorCode, errorText } from '../error-code.js';

/** Of a server that starts, recovers from a crash or shuts down: cannot_connect_now. */
const NOT_NOW = '57P03';
const PATIENCE_MS = 60_000;
const PAUSE_MS = 250;
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Waits while the server says that it takes no connections yet: a crash of the database, from which it recovers by itself, must
 * not keep us from starting. `waiting` is told why, once. Throws what else is wrong, and after a minute that too.
 */
export async function awaitServer(url: string, waiting: (why: string) => void): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (let attempt = 0; ; attempt++) {
    const client = new Client({
      connectionString: url,
      application_name: 'apportion-start',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    });
    try {
      await client.connect();
      return;
    } catch (error) {
      if (errorCode(error) !== NOT_NOW || performance.now() > deadline) throw error;
      if (attempt === 0) waiting(errorText(error));
    } finally {
      await client.end();
    }
    await sleep(PAUSE_MS);
  }
}
