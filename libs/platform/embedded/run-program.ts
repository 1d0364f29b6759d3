import { spawn } from 'node:child_process';
import type { SystemUser } from '../environment/system-user.js';

export interface ProgramResult {
  readonly exitCode: number;
  /** Both streams, trimmed. */
  readonly output: string;
}

/** Runs a program of Postgres as the database's user. Detached: Ctrl-C in the terminal must not reach it before us. */
export function runProgram(file: string, parameters: string[], user: SystemUser | undefined): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, parameters, {
      detached: process.platform !== 'win32',
      // A folder that every user can enter; ours may be closed to the database's user.
      cwd: '/',
      env: environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      ...(user ? { uid: user.uid, gid: user.gid } : {}),
    });
    let output = '';
    const collect = (chunk: Buffer) => {
      output += chunk.toString('utf8');
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', reject);
    // Not "close": the server that pg_ctl leaves running may keep the streams open.
    child.once('exit', (code) => {
      child.stdout.destroy();
      child.stderr.destroy();
      resolve({ exitCode: code ?? 1, output: output.trim() });
    });
  });
}

/** Nothing of PGDATA, PGPORT, LANG and the like may leak in; what is left is what Windows needs to start a program. */
function environment(): NodeJS.ProcessEnv {
  const { PATH, SystemRoot, TEMP, TMP } = process.env;
  return { PATH, SystemRoot, TEMP, TMP, LC_ALL: 'C', TZ: 'UTC' };
}
