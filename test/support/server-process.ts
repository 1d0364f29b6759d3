import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { cloneFolder } from '#platform';
import { eventually } from './eventually.js';

export interface ServerProcess {
  readonly child: ChildProcessWithoutNullStreams;
  /** All it has written so far, both streams. */
  output(): string;
  /** The URL, once it listens; throws when it ends before. */
  listening(): Promise<string>;
  /** The exit code, or the name of the signal that ended it. */
  ended(): Promise<number | string>;
}

export interface ServerProcessOptions {
  readonly mode?: 'migrate';
  readonly user?: { readonly uid: number; readonly gid: number };
}

/** The built product as a process of its own, in a process group of its own; PORT is 0 unless given. */
export function startServerProcess(env: Record<string, string>, options: ServerProcessOptions = {}): ServerProcess {
  const main = join(cloneFolder(), 'dist', 'apps', 'server', 'main.js');
  const child = spawn(process.execPath, [main, ...(options.mode ? [options.mode] : [])], {
    env: { PATH: process.env.PATH, PORT: '0', APPORTION_LOG_FORMAT: 'json', ...env },
    cwd: '/',
    detached: true,
    ...options.user,
  });
  let output = '';
  const collect = (chunk: Buffer) => {
    output += chunk.toString('utf8');
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const ended = once(child, 'close').then(([code, signal]: (number | string | null)[]) => code ?? signal ?? 'unknown');
  return {
    child,
    output: () => output,
    ended: () => ended,
    listening: () =>
      Promise.race([
        eventually(() => {
          const url = /"message":"listening".*?"url":"([^"]+)"/.exec(output)?.[1];
          if (url === undefined) throw new Error(`not listening:\n${output}`);
          return url;
        }, 60_000),
        ended.then((code) => {
          throw new Error(`it ended (${code}) before it listened:\n${output}`);
        }),
      ]),
  };
}
