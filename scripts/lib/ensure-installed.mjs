import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLONE, run } from './clone.mjs';
import { withLock } from './lock.mjs';

const MINIMUM_NODE = [20, 19];

/** Installs what package-lock.json says unless node_modules holds just that. */
export async function ensureInstalled() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor < MINIMUM_NODE[1])) {
    throw new Error(`Node.js ${MINIMUM_NODE.join('.')} or later is needed, this is ${process.versions.node}`);
  }
  if (isInstalled()) return;
  await withLock('install', () => {
    if (isInstalled()) return;
    console.error('installing the packages of package-lock.json (npm ci)…');
    // No package needs its install script here, so none is run.
    const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    const args = ['ci', '--include=dev', '--include=optional', ...quiet];
    const npm = process.env.npm_execpath;
    if (npm?.endsWith('.js')) run(process.execPath, [npm, ...args]);
    else run('npm', args, { shell: process.platform === 'win32' });
  });
}

/** npm keeps a copy of the lock's entries for what it has put into node_modules. */
function isInstalled() {
  const wanted = packagesOf(join(CLONE, 'package-lock.json'));
  const present = packagesOf(join(CLONE, 'node_modules/.package-lock.json'));
  if (!wanted) throw new Error('there is no package-lock.json');
  if (!present) return false;
  const missing = Object.entries(wanted).some(([path, { version, optional }]) => {
    if (path === '') return false;
    const found = present[path];
    // Of the packages for other platforms, none is here.
    return found ? found.version !== version : !optional;
  });
  return !missing && Object.keys(present).every((path) => path in wanted);
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
