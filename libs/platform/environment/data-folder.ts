import { createHash } from 'node:crypto';
import { dirname, join, resolve } from 'node:path';

export interface DataFolder {
  /** Absolute. */
  readonly path: string;
  /** Why it is not the usual one, for a line in the log. */
  readonly reason?: string;
}

export interface DataFolderInputs {
  /** APPORTION_DATA_DIR; taken as it is, relative to `workingFolder`. */
  readonly explicit: string | undefined;
  readonly clone: string;
  readonly workingFolder: string;
  /** The name of the user the embedded database will run as, when that is not us. */
  readonly databaseUser: string | undefined;
  /** The folder on the way to a path which that user may not enter, if any. */
  readonly closedFolder: (path: string) => string | undefined;
}

/**
 * Where the bootstrap key and the embedded database live: APPORTION_DATA_DIR, else `data/` in the clone, else, where the
 * database's user cannot reach that (root with a clone under a home of mode 0700), a folder of the clone's own under
 * /var/lib. The server and the command line must agree, so nothing but these inputs decides.
 */
export function resolveDataFolder(inputs: DataFolderInputs): DataFolder {
  const { explicit, clone, workingFolder, databaseUser, closedFolder } = inputs;
  if (explicit !== undefined) return { path: resolve(workingFolder, explicit) };
  const usual = join(clone, 'data');
  // Only the way there counts: the folder itself is ours to open.
  const closed = databaseUser === undefined ? undefined : closedFolder(dirname(usual));
  if (closed === undefined) return { path: usual };
  const hash = createHash('sha256').update(clone).digest('hex').slice(0, 12);
  return {
    path: `/var/lib/apportion-${hash}`,
    reason: `${usual} cannot be reached by the database's user ${databaseUser} (${closed} is closed to it)`,
  };
}
