// npm run dev: compiles on every change and starts the server anew.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { CLONE } from './lib/clone.mjs';
import { ensureBuilt } from './lib/ensure-built.mjs';
import { ensureInstalled } from './lib/ensure-installed.mjs';

await ensureInstalled();
await ensureBuilt();

const start = (...parameters) => spawn(process.execPath, parameters, { cwd: CLONE, stdio: 'inherit' });
const compiler = start(
  join('node_modules', 'typescript', 'bin', 'tsc'),
  '-p',
  'tsconfig.build.json',
  '-w',
  '--preserveWatchOutput',
);
const server = start('--watch-path=dist', '--watch-preserve-output', join('dist', 'apps', 'server', 'main.js'));
const exits = [compiler, server].map((child) => once(child, 'exit'));

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    for (const child of [compiler, server]) child.kill('SIGTERM');
  });
}
await Promise.race(exits);
for (const child of [compiler, server]) child.kill('SIGTERM');
await Promise.all(exits);
