import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { folderClosedTo, isRoot, type SystemUser } from '../environment/system-user.js';
import type { Binaries } from './binaries.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { runProgram } from './run-program.js';

export const SUPERUSER = 'apportion';

/** Where the pieces of an embedded database lie in the data folder. */
export function clusterPaths(dataDir: string) {
  return {
    cluster: join(dataDir, 'postgres'),
    password: join(dataDir, 'postgres-password'),
    lock: join(dataDir, 'postgres.lock'),
    /** One file for each process that uses the server; the last to leave stops it. */
    users: join(dataDir, 'postgres.users'),
  };
}

/** Makes the data folder, open to the database's user as far as it must pass through. */
export function prepareDataFolder(dataDir: string, user: SystemUser | undefined): void {
  if (!existsSync(dataDir)) {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    chmodSync(dataDir, user ? 0o711 : 0o700);
  }
  const closed = user && folderClosedTo(user, dataDir);
  if (closed !== undefined) {
    throw new EmbeddedPostgresError(
      `The data folder ${dataDir} cannot be reached by the user ${user?.name}, as which the embedded database runs, for ` +
        `${closed} is closed to it (mode ${modeOf(closed)}). Open it (chmod o+x ${closed}), or set APPORTION_DATA_DIR to another folder.`,
    );
  }
}

/** The user an existing cluster belongs to, else the one that root drops to; undefined when the database runs as we do. */
export function clusterOwner(dataDir: string, fallback: SystemUser | undefined): SystemUser | undefined {
  const { cluster } = clusterPaths(dataDir);
  const owner = statSync(cluster, { throwIfNoEntry: false });
  if (!owner) return fallback;
  if (isRoot()) return owner.uid === 0 ? fallback : { name: String(owner.uid), uid: owner.uid, gid: owner.gid };
  if (process.getuid && owner.uid !== process.getuid()) {
    throw new EmbeddedPostgresError(
      `${cluster} belongs to another user (uid ${owner.uid}): start as that user or as root, or set APPORTION_DATA_DIR.`,
    );
  }
  return undefined;
}

/** The folder of a cluster of this version, made when there is none. Call under the lock. */
export async function ensureCluster(
  dataDir: string,
  binaries: Binaries,
  user: SystemUser | undefined,
): Promise<string> {
  const { cluster, password } = clusterPaths(dataDir);
  if (!existsSync(cluster)) await createCluster(dataDir, binaries, user);
  const version = readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim();
  if (version !== binaries.majorVersion) {
    throw new EmbeddedPostgresError(
      `The data folder ${dataDir} was made by Postgres ${version}, this version of the product brings Postgres ` +
        `${binaries.majorVersion}, which cannot read it. Move the data over with pg_dump and psql, or set APPORTION_DATA_DIR to another folder.`,
    );
  }
  if (!existsSync(password))
    throw new EmbeddedPostgresError(`The password of the embedded database is gone: ${password}`);
  return cluster;
}

export function readPassword(dataDir: string): string {
  return readFileSync(clusterPaths(dataDir).password, 'utf8').trim();
}

/** Makes it beside and renames it, so that one whose making was cut off is never taken for a whole one. */
async function createCluster(dataDir: string, binaries: Binaries, user: SystemUser | undefined): Promise<void> {
  const { cluster, password } = clusterPaths(dataDir);
  const partial = `${cluster}.partial`;
  const passwordForInitdb = `${partial}.password`;
  rmSync(partial, { recursive: true, force: true });
  rmSync(passwordForInitdb, { force: true });
  const secret = randomBytes(24).toString('base64url');
  writeFileSync(password, `${secret}\n`, { mode: 0o600 });
  writeFileSync(passwordForInitdb, `${secret}\n`, { mode: 0o600 });
  mkdirSync(partial, { mode: 0o700 });
  if (user) for (const path of [partial, passwordForInitdb]) chownSync(path, user.uid, user.gid);
  try {
    const { exitCode, output } = await runProgram(
      binaries.initdb,
      [
        `--pgdata=${partial}`,
        `--username=${SUPERUSER}`,
        `--pwfile=${passwordForInitdb}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--no-instructions',
      ],
      user,
    );
    if (exitCode !== 0) throw new EmbeddedPostgresError(`The embedded database could not be made: ${output}`);
    renameSync(partial, cluster);
  } finally {
    rmSync(passwordForInitdb, { force: true });
  }
}

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8).padStart(4, '0');
}
