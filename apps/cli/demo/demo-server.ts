import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, readFileSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { cloneFolder, ownVariables } from '#platform';
import { CliError, EXIT } from '../exit-code.js';
import { printable } from '../render/table.js';
import { readLines } from '../send/read-lines.js';

export interface DemoServer {
  readonly url: string;
  stop(): Promise<void>;
}

const STOP_MS = 60_000;
const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const listening = z.object({ url: z.url({ protocol: /^http$/ }) });

/**
 * Starts a whole server of its own on a free port with its data in `folder`, and nothing of the settings, database or
 * queue of any other. What it logs is in `server.log` there. A signal that ends us ends it first.
 */
export async function startDemoServer(
  folder: string,
  variables: Readonly<Record<string, string | undefined>>,
): Promise<DemoServer> {
  mkdirSync(folder, { recursive: true });
  const logFile = join(folder, 'server.log');
  const child = spawn(process.execPath, [join(cloneFolder(), 'dist/server.js')], {
    cwd: folder,
    env: ownVariables(variables, { PORT: '0', APPORTION_DATA_DIR: folder, APPORTION_LOG_FORMAT: 'json' }),
    stdio: ['ignore', 'pipe', 'pipe'],
    // A Ctrl-C is for us alone; we then stop it in order.
    detached: true,
  });
  const onSignal = () => void stop(child).finally(() => process.exit(130));
  for (const signal of STOP_SIGNALS) process.on(signal, onSignal);
  const log = createWriteStream(logFile, { flags: 'a' });
  child.stderr.pipe(log, { end: false });
  const url = await Promise.race([keepLog(child.stdout, log), ended(child)]);
  const close = async () => {
    await stop(child);
    for (const signal of STOP_SIGNALS) process.off(signal, onSignal);
    await new Promise<void>((resolve) => log.end(resolve));
  };
  if (url !== undefined) return { url, stop: close };
  await close();
  throw new CliError(`the demo's server did not start; ${logFile} says more`, EXIT.failed, lastLines(logFile));
}

/** Writes the log for as long as there is one. Resolves with the address that the server says it listens on. */
function keepLog(stdout: Readable, log: WriteStream): Promise<string> {
  return new Promise((resolve, reject) => {
    const copy = async () => {
      for await (const { text } of readLines(stdout)) {
        log.write(`${text}\n`);
        const url = urlIn(text);
        if (url !== undefined) resolve(url);
      }
    };
    copy().catch(reject);
  });
}

function urlIn(line: string): string | undefined {
  try {
    return listening.safeParse(JSON.parse(line)).data?.url;
  } catch {
    return undefined;
  }
}

/** What it said before it gave up. */
function lastLines(file: string): string[] {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-3).map(printable);
}

async function ended(child: ChildProcess): Promise<undefined> {
  await Promise.race([once(child, 'exit'), once(child, 'error')]);
  return undefined;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const inTime = await Promise.race([exited.then(() => true), sleep(STOP_MS, false, { ref: false })]);
  if (!inTime) child.kill('SIGKILL');
  await exited;
}
