import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { temporaryPath } from './clone.mjs';

/**
 * Runs `work` while no other script of this clone runs under the same name: `npm start` and `npm test` in two terminals
 * of a fresh clone install once. A lock whose holder was killed is taken over.
 */
export async function withLock(name, work) {
  const file = temporaryPath(`${name}.lock`);
  for (let told = false; !take(file); await sleep(200)) {
    if (isAbandoned(file)) rmSync(file, { force: true });
    else if (!told) {
      console.error(`waiting for another terminal that does the same (${name})…`);
      told = true;
    }
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function isAbandoned(file) {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    // An empty file is one whose holder is about to write its pid.
    if (pid > 0) process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}
