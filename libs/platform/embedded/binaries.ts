import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { folderClosedTo, type SystemUser } from '../environment/system-user.js';
import { errorCode } from '../error-code.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';

export interface Binaries {
  readonly pgCtl: string;
  readonly initdb: string;
  /** The major version of Postgres these are: `18`. */
  readonly majorVersion: string;
}

const requireHere = createRequire(__filename);

/**
 * The programs of the npm package for this platform, in a place where the database's user can run them. Never what is on
 * the PATH: that may be another version, or a wrapper of the distribution's.
 */
export function findBinaries(dataDir: string, user: SystemUser | undefined): Binaries {
  const installed = installedPackage();
  const { version } = readManifest(join(installed, 'package.json'));
  const usable = (!user || folderClosedTo(user, join(installed, 'native', 'bin')) === undefined) && linked(installed);
  const root = usable ? installed : copyTo(join(dataDir, `postgres-binaries-${version}`), installed);
  const bin = join(root, 'native', 'bin');
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return {
    pgCtl: join(bin, `pg_ctl${suffix}`),
    initdb: join(bin, `initdb${suffix}`),
    majorVersion: version.replace(/\..*$/, ''),
  };
}

function installedPackage(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    return dirname(dirname(requireHere.resolve(name)));
  } catch {
    throw new EmbeddedPostgresError(
      `The embedded database has no programs for this machine: ${name} is not installed. ` +
        'Install it, or set DATABASE_URL to a Postgres server of your own.',
    );
  }
}

function readManifest(file: string): { version: string } {
  const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (typeof manifest === 'object' && manifest && 'version' in manifest && typeof manifest.version === 'string') {
    return { version: manifest.version };
  }
  throw new EmbeddedPostgresError(`${file} names no version`);
}

/** Copies beside and renames, so that a copy cut off half-way is never taken for a whole one. */
function copyTo(target: string, installed: string): string {
  if (existsSync(target)) return target;
  const partial = `${target}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  cpSync(join(installed, 'package.json'), join(partial, 'package.json'));
  cpSync(join(installed, 'native'), join(partial, 'native'), { recursive: true, verbatimSymlinks: true });
  linkMissing(partial);
  chmodSync(partial, 0o755);
  renameSync(partial, target);
  return target;
}

/** Whether all links are there now; they cannot be made in a folder that is not ours. */
function linked(root: string): boolean {
  try {
    linkMissing(root);
    return true;
  } catch (error) {
    if (['EACCES', 'EPERM', 'EROFS'].includes(errorCode(error) ?? '')) return false;
    throw error;
  }
}

/** npm packages hold no symbolic links; the package's install script makes them, where install scripts are allowed. */
function linkMissing(root: string): void {
  const list = join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of readSymlinks(list)) {
    const link = join(root, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(relative(dirname(link), join(root, source)) || basename(source), link);
    } catch (error) {
      if (!existsSync(link)) throw error;
    }
  }
}

function readSymlinks(file: string): { source: string; target: string }[] {
  const links: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!Array.isArray(links)) throw new EmbeddedPostgresError(`${file} is not a list of links`);
  return links.map((link: unknown) => {
    if (typeof link === 'object' && link && 'source' in link && 'target' in link) {
      return { source: String(link.source), target: String(link.target) };
    }
    throw new EmbeddedPostgresError(`${file} holds something that is not a link`);
  });
}
