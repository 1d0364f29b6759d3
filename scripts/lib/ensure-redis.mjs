import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLONE } from './clone.mjs';
import { withLock } from './lock.mjs';

const FOLDER = join(CLONE, 'node_modules/.cache/apportion/redis');
const PROGRAM = join(FOLDER, 'redis-server');
const HOW =
  'the tests need redis-server: install it (Debian: apt-get install redis-server; macOS: brew install redis) or name it in APPORTION_TEST_REDIS_SERVER';

/**
 * A redis-server for the tests: the one named, the one on the PATH, else Debian's, unpacked into node_modules/.cache. It is
 * unpacked and not installed, for that takes no root and starts no service.
 */
export async function ensureRedis() {
  const named = process.env.APPORTION_TEST_REDIS_SERVER;
  for (const program of named ? [named] : ['redis-server', PROGRAM]) {
    if (spawnSync(program, ['--version']).status === 0) return program;
  }
  if (named || spawnSync('apt-get', ['--version']).status !== 0) throw new Error(HOW);
  return await withLock('redis', () => {
    if (!existsSync(PROGRAM)) unpackRedis();
    if (spawnSync(PROGRAM, ['--version']).status !== 0) throw new Error(HOW);
    return PROGRAM;
  });
}

function unpackRedis() {
  console.error('fetching redis-server for the tests…');
  const work = `${FOLDER}.partial`;
  rmSync(work, { recursive: true, force: true });
  rmSync(FOLDER, { recursive: true, force: true });
  // Package lists of our own, so that the system's need neither be fresh nor writable.
  for (const folder of ['lists/partial', 'archives/partial', 'packages', 'root']) {
    mkdirSync(join(work, folder), { recursive: true });
  }
  const options = [
    `Dir::State::Lists=${work}/lists`,
    `Dir::Cache=${work}`,
    'APT::Sandbox::User=root',
    'Acquire::Retries=3',
  ];
  const apt = (program, ...args) =>
    attempt(program, [...options.flatMap((option) => ['-o', option]), ...args], join(work, 'packages'));
  apt('apt-get', '-q', 'update');
  apt(
    'apt-get',
    '-q',
    'download',
    'redis-server',
    'redis-tools',
    ...libraries(apt('apt-cache', 'depends', 'redis-tools')),
  );
  for (const file of readdirSync(join(work, 'packages')))
    attempt('dpkg-deb', ['-x', file, '../root'], join(work, 'packages'));
  for (const folder of ['lists', 'archives', 'packages']) rmSync(join(work, folder), { recursive: true, force: true });
  const program = join(work, 'redis-server');
  const libraryPath = readdirSync(join(work, 'root/usr/lib'))
    .map((name) => join(FOLDER, 'root/usr/lib', name))
    .join(':');
  writeFileSync(
    program,
    `#!/bin/sh\nLD_LIBRARY_PATH='${libraryPath}' exec '${join(FOLDER, 'root/usr/bin/redis-server')}' "$@"\n`,
  );
  chmodSync(program, 0o755);
  renameSync(work, FOLDER);
}

/** The shared libraries that a package depends on, but for the C library, which must be the system's. */
function libraries(listing) {
  return [...listing.matchAll(/^ +\|?Depends: (lib\S+)$/gm)].map(([, name]) => name).filter((name) => name !== 'libc6');
}

function attempt(program, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  if (status === 0) return stdout;
  throw new Error(`${HOW}\n(${program} ${args.at(-1)}: ${(error?.message ?? stderr).trim()})`);
}
