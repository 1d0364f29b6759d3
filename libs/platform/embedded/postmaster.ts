import { readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode } from '../error-code.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { isLiving, isPostgresOf } from './living.js';

/** The server of a cluster as its postmaster.pid tells. */
export type Postmaster =
  | { readonly state: 'absent' }
  | { readonly state: 'starting' | 'stopping'; readonly pid: number }
  | { readonly state: 'ready'; readonly pid: number; readonly port: number };

const POLL_MS = 25;
const CONNECT_TIMEOUT_MS = 1_000;

/**
 * The running server of the cluster, waited for while it starts or stops. The file of a server that died is removed: the
 * system may have given its id to another process since, and Postgres would then refuse to start.
 */
export async function settledPostmaster(cluster: string, timeoutMs: number): Promise<Postmaster> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const postmaster = readPostmaster(cluster);
    if (postmaster.state === 'absent') return postmaster;
    // One that was killed a moment ago still looks ready.
    if (postmaster.state === 'ready' && (await acceptsConnections(postmaster.port))) return postmaster;
    if (performance.now() > deadline) {
      throw new EmbeddedPostgresError(
        `The embedded database of ${cluster} (pid ${postmaster.pid}) has been ${postmaster.state} for ${timeoutMs / 1000} s`,
      );
    }
    await sleep(POLL_MS);
  }
}

function acceptsConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: CONNECT_TIMEOUT_MS });
    const answer = (accepted: boolean) => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once('connect', () => answer(true));
    socket.once('timeout', () => answer(false));
    socket.once('error', () => answer(false));
  });
}

function readPostmaster(cluster: string): Postmaster {
  const file = join(cluster, 'postmaster.pid');
  const content = readIfThere(file);
  if (content === undefined) return { state: 'absent' };
  // pid, data folder, start, port, socket folder, address, shared memory, status
  const [pidLine, , , port, , , , status] = content.split('\n').map((line) => line.trim());
  const pid = Number(pidLine);
  if (!pid || !isLiving(pid) || !isPostgresOf(pid, cluster)) {
    // Only if it is still the file we judged.
    if (readIfThere(file) === content) rmSync(file, { force: true });
    return { state: 'absent' };
  }
  if (status === 'ready') return { state: 'ready', pid, port: Number(port) };
  return { state: status === 'stopping' ? 'stopping' : 'starting', pid };
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
