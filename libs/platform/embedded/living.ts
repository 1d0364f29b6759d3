import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { errorCode } from '../error-code.js';

/** Whether a process of this id runs; one that has ended and waits to be collected (a zombie) does not. */
export function isLiving(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    return errorCode(error) === 'EPERM';
  }
  return statFields(pid)?.[0] !== 'Z';
}

/** When the process started, in a unit of the system's; tells it from a later process of the same id. */
export function startOf(pid: number): string | undefined {
  return statFields(pid)?.[19];
}

/** Whether that living process is the Postgres server of that data folder. When the system does not say, it is taken for one. */
export function isPostgresOf(pid: number, folder: string): boolean {
  try {
    if (process.platform === 'linux') {
      // The server works in its data folder; its command line says which program it is.
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0] ?? '';
      return /postgres/.test(command) && readlinkSync(`/proc/${pid}/cwd`) === folder;
    }
    if (process.platform === 'win32') return true;
    const command = execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
    return command.includes('postgres') && command.includes(folder);
  } catch {
    return false;
  }
}

/** The fields of /proc/PID/stat from the third (the state) on; the second, in brackets, may hold anything. */
function statFields(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
