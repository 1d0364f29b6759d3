import { spawnSync } from 'node:child_process';
import { cloneFolder } from '#platform';

/** For tests that start processes of the product: compiles it to `dist` where that is not up to date. */
export function ensureBuilt(): void {
  const script = `import('./scripts/lib/ensure-built.mjs').then(({ ensureBuilt }) => ensureBuilt())`;
  const { status, stderr } = spawnSync(process.execPath, ['-e', script], { cwd: cloneFolder(), encoding: 'utf8' });
  if (status !== 0) throw new Error(`the product does not compile:\n${stderr}`);
}
