import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** A user of the operating system, as the kernel knows it. */
export interface SystemUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Postgres refuses to run as root; the first of these that the machine has runs it instead. */
const DATABASE_USERS = ['postgres', 'nobody'];

/** The user that the embedded database runs as when we are root; undefined when we are not, or the machine has none. */
export function databaseUser(passwdFile = '/etc/passwd'): SystemUser | undefined {
  if (!isRoot()) return undefined;
  const users = readFileSync(passwdFile, 'utf8').split('\n').flatMap(parsePasswdLine);
  for (const name of DATABASE_USERS) {
    const user = users.find((candidate) => candidate.name === name);
    if (user) return user;
  }
  return undefined;
}

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function parsePasswdLine(line: string): SystemUser[] {
  const [name, , uid, gid] = line.split(':');
  return name && uid && gid ? [{ name, uid: Number(uid), gid: Number(gid) }] : [];
}

/**
 * The first folder on the way to `path` (itself included) that the user may not enter, or undefined when all may be
 * entered. Folders that do not exist yet are passed over: whoever makes them decides. Looks at the mode bits alone, for
 * the user has no other groups once we have dropped to it.
 */
export function folderClosedTo(user: SystemUser, path: string): string | undefined {
  const parent = dirname(path);
  const closed = parent === path ? undefined : folderClosedTo(user, parent);
  if (closed !== undefined) return closed;
  const stats = statSync(path, { throwIfNoEntry: false });
  return !stats || mayEnter(user, stats) ? undefined : path;
}

function mayEnter(user: SystemUser, { uid, gid, mode }: { uid: number; gid: number; mode: number }): boolean {
  if (uid === user.uid) return (mode & 0o100) !== 0;
  if (gid === user.gid) return (mode & 0o010) !== 0;
  return (mode & 0o001) !== 0;
}
