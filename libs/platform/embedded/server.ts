import { chownSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SystemUser } from '../environment/system-user.js';
import type { Binaries } from './binaries.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { settledPostmaster } from './postmaster.js';
import { runProgram } from './run-program.js';
import { asServerOptions, serverSettings } from './settings.js';

const START_ATTEMPTS = 5;
const START_TIMEOUT_SECONDS = 120;
const STOP_TIMEOUT_SECONDS = 60;

/** Starts the cluster's server on a free port and gives the port. Call under the lock, with no server running. */
export async function startServer(cluster: string, binaries: Binaries, user: SystemUser | undefined): Promise<number> {
  const log = join(cluster, 'startup.log');
  for (let attempt = 1; ; attempt += 1) {
    writeFileSync(log, '', { mode: 0o600 });
    if (user) chownSync(log, user.uid, user.gid);
    const options = asServerOptions(serverSettings(await freePort()));
    const { exitCode, output } = await runProgram(
      binaries.pgCtl,
      ['start', '-w', '-s', '-t', String(START_TIMEOUT_SECONDS), '-D', cluster, '-l', log, '-o', options],
      user,
    );
    const postmaster = await settledPostmaster(cluster, START_TIMEOUT_SECONDS * 1000);
    if (exitCode === 0 && postmaster.state === 'ready') return postmaster.port;
    // Worth another try: the port was taken meanwhile, or processes of a killed server have not all gone yet.
    if (attempt === START_ATTEMPTS) {
      throw new EmbeddedPostgresError(`The embedded database does not start: ${tail(log) || output}`);
    }
    await sleep(250 * attempt);
  }
}

/** Fast shutdown: sessions are cut off, what was committed is kept. */
export async function stopServer(cluster: string, binaries: Binaries, user: SystemUser | undefined): Promise<void> {
  const { state } = await settledPostmaster(cluster, STOP_TIMEOUT_SECONDS * 1000);
  if (state === 'absent') return;
  const { exitCode, output } = await runProgram(
    binaries.pgCtl,
    ['stop', '-w', '-s', '-m', 'fast', '-t', String(STOP_TIMEOUT_SECONDS), '-D', cluster],
    user,
  );
  if (exitCode !== 0) throw new EmbeddedPostgresError(`The embedded database does not stop: ${output}`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (address && typeof address === 'object') resolve(address.port);
        else reject(new EmbeddedPostgresError('no free port on 127.0.0.1'));
      });
    });
  });
}

function tail(file: string): string {
  return readFileSync(file, 'utf8').trim().split('\n').slice(-8).join('\n');
}
