import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode } from '../error-code.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { isLiving, startOf } from './living.js';

const POLL_MS = 25;
/** How long a lock may be without its holder's name before it is taken for one whose holder died while making it. */
const NAMELESS_MS = 5_000;

/**
 * Runs the work while no other process does so under the same lock. The lock is a folder, which is made or not made in one
 * step on every file system; it outlives a killed holder, so it names its holder and a dead one's is taken over.
 */
export async function withFolderLock<T>(folder: string, timeoutMs: number, work: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  while (!tryTake(folder)) {
    if (performance.now() > deadline) {
      throw new EmbeddedPostgresError(`${folder} has been held by another process for ${timeoutMs / 1000} s`);
    }
    await sleep(POLL_MS);
  }
  try {
    return await work();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function tryTake(folder: string): boolean {
  try {
    mkdirSync(folder);
    writeFileSync(join(folder, 'holder'), holderName(process.pid));
    return true;
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
  if (isAbandoned(folder)) removeAbandoned(folder);
  return false;
}

/** Moves it aside first and looks again: another process may have taken it over since we judged it. */
function removeAbandoned(folder: string): void {
  const aside = `${folder}.${process.pid}`;
  try {
    renameSync(folder, aside);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw error;
  }
  if (isAbandoned(aside)) rmSync(aside, { recursive: true, force: true });
  else renameSync(aside, folder);
}

function isAbandoned(folder: string): boolean {
  try {
    return !isHolderLiving(readFileSync(join(folder, 'holder'), 'utf8'));
  } catch {
    const made = statSync(folder, { throwIfNoEntry: false })?.mtimeMs;
    // Against the file system's time, which is the machine's.
    return made !== undefined && performance.timeOrigin + performance.now() - made > NAMELESS_MS;
  }
}

/** A name for a process that no later process of the same id has. */
export function holderName(pid: number): string {
  return `${pid} ${startOf(pid) ?? ''}`;
}

export function isHolderLiving(name: string): boolean {
  const [pid, start] = name.split(' ');
  return isLiving(Number(pid)) && (!start || start === startOf(Number(pid)));
}
