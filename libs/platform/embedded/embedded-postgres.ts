import { mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { databaseUser, isRoot } from '../environment/system-user.js';
import { findBinaries } from './binaries.js';
import { clusterOwner, clusterPaths, ensureCluster, prepareDataFolder, readPassword, SUPERUSER } from './cluster.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { holderName, isHolderLiving, withFolderLock } from './folder-lock.js';
import { settledPostmaster } from './postmaster.js';
import { startServer, stopServer } from './server.js';

export interface EmbeddedPostgres {
  /** URL of the server's `postgres` database, with its password. */
  readonly url: string;
  /** Whether a server was already running on the folder: another process's, or one whose owner was killed. */
  readonly adopted: boolean;
  /** Leaves the server; the last process to leave stops it. Call it when nothing uses the database any more. */
  close(): Promise<void>;
}

const LOCK_TIMEOUT_MS = 180_000;
const SETTLE_TIMEOUT_MS = 120_000;
let uses = 0;

/**
 * A real Postgres in the data folder, made on first use. Any number of processes may have it at once: the first starts the
 * server, the others join it, the last stops it. Throws {@link EmbeddedPostgresError}.
 */
export async function startEmbeddedPostgres(folder: string): Promise<EmbeddedPostgres> {
  const fallbackUser = databaseUser();
  if (isRoot() && !fallbackUser) {
    throw new EmbeddedPostgresError(
      'Postgres does not run as root, and this machine has no user postgres or nobody to run it',
    );
  }
  prepareDataFolder(folder, fallbackUser);
  const dataDir = realpathSync(folder);
  const user = clusterOwner(dataDir, fallbackUser);
  const paths = clusterPaths(dataDir);
  uses += 1;
  const useFile = join(paths.users, `${process.pid}-${uses}`);

  const { port, adopted, binaries } = await withFolderLock(paths.lock, LOCK_TIMEOUT_MS, async () => {
    const found = findBinaries(dataDir, user);
    const cluster = await ensureCluster(dataDir, found, user);
    const running = await settledPostmaster(cluster, SETTLE_TIMEOUT_MS);
    const ownPort = running.state === 'ready' ? running.port : await startServer(cluster, found, user);
    mkdirSync(paths.users, { recursive: true, mode: 0o700 });
    writeFileSync(useFile, holderName(process.pid));
    return { port: ownPort, adopted: running.state === 'ready', binaries: found };
  });

  return {
    url: `postgres://${SUPERUSER}:${encodeURIComponent(readPassword(dataDir))}@127.0.0.1:${port}/postgres`,
    adopted,
    close: () =>
      withFolderLock(paths.lock, LOCK_TIMEOUT_MS, async () => {
        rmSync(useFile, { force: true });
        if (livingUses(paths.users) === 0) await stopServer(paths.cluster, binaries, user);
      }),
  };
}

/** Uses of processes that live; the files of the others are removed. */
function livingUses(folder: string): number {
  let living = 0;
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    if (isHolderLiving(readFileSync(file, 'utf8'))) living += 1;
    else rmSync(file, { force: true });
  }
  return living;
}
