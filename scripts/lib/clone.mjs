import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder this clone stands in. */
export const CLONE = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** A path in the system's temporary folder that is this clone's own. */
export function temporaryPath(name) {
  return join(tmpdir(), `apportion-${createHash('sha256').update(CLONE).digest('hex').slice(0, 12)}-${name}`);
}

/** Runs a program in the clone; what it prints goes to stderr, so that stdout stays the caller's. Throws when it fails. */
export function run(program, args, options = {}) {
  const { status, signal, error } = spawnSync(program, args, {
    cwd: CLONE,
    stdio: ['ignore', process.stderr, process.stderr],
    ...options,
  });
  if (error) throw new Error(`${program} could not be run: ${error.message}`);
  if (status !== 0) throw new Error(`${[program, ...args].join(' ')} failed (${signal ?? `exit code ${status}`})`);
}

/** Ends a script with one line instead of a stack: what failed here is the environment, not the script. */
export async function runScript(main) {
  try {
    await main();
  } catch (error) {
    console.error(`apportion: ${error instanceof Error ? error.message : error}`);
    process.exitCode ||= 1;
  }
}
