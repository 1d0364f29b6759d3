import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { cloneFolder } from '#platform';

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

/** The line of log that says where. */
const LISTENING = /"message":"listening".*?"url":"([^"]+)"/;

/** The built product as a process of its own, in a process group of its own; PORT is 0 unless given. */
export function startServerProcess(env: Record<string, string>, options: ServerProcessOptions = {}): ServerProcess {
  const main = join(cloneFolder(), 'dist', 'server.js');
  const child = spawn(process.execPath, [main, ...(options.mode ? [options.mode] : [])], {
    env: { PATH: process.env.PATH, PORT: '0', APPORTION_LOG_FORMAT: 'json', ...env },
    cwd: '/',
    detached: true,
    ...options.user,
  });
  let output = '';
  const ended = once(child, 'close').then(([code, signal]: (number | string | null)[]) => code ?? signal ?? 'unknown');
  const listening = new Promise<string>((resolve, reject) => {
    const collect = (chunk: Buffer) => {
      output += chunk.toString('utf8');
      const url = LISTENING.exec(output)?.[1];
      if (url !== undefined) resolve(url);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    void ended.then((code) => reject(new Error(`it ended (${code}) before it listened:\n${output}`)));
  });
  // Most tests that let it fail do not ask where it listens.
  listening.catch(() => undefined);
  return { child, output: () => output, listening: () => listening, ended: () => ended };
}
