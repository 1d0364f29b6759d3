import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { CLONE } from './clone.mjs';
import { withLock } from './lock.mjs';

const SETTINGS = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'scripts/lib/build.mjs'];
const FOLDERS = ['apps', 'libs', 'migrations', 'test/bench'];
const STAMP = join(CLONE, 'dist/.built.json');

/** Compiles the product to dist/ unless dist/ is what the sources compile to. */
export async function ensureBuilt() {
  if (isBuilt(sources())) return;
  await withLock('build', async () => {
    const now = sources();
    if (isBuilt(now)) return;
    console.error('building…');
    // With a source gone, its output would stay; a whole build takes seconds.
    if (stamp()?.names !== now.names) rmSync(join(CLONE, 'dist'), { recursive: true, force: true });
    await build();
    writeFileSync(STAMP, JSON.stringify(now));
  });
}

function isBuilt(now) {
  const then = stamp();
  return then?.names === now.names && then.states === now.states;
}

function stamp() {
  try {
    return JSON.parse(readFileSync(STAMP, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Two digests: of which source files there are, and of when each was last written. */
function sources() {
  const names = createHash('sha256');
  const states = createHash('sha256');
  for (const file of [...SETTINGS, ...FOLDERS.flatMap(listFiles)]) {
    const { mtimeMs, size } = statSync(join(CLONE, file));
    names.update(`${file}\n`);
    states.update(`${file} ${mtimeMs} ${size}\n`);
  }
  return { names: names.digest('hex'), states: states.digest('hex') };
}

function listFiles(folder) {
  return readdirSync(join(CLONE, folder), { recursive: true })
    .map((name) => join(folder, name))
    .filter((file) => file.endsWith('.ts'))
    .sort();
}
