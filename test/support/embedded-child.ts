import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface EmbeddedChild {
  readonly url: string;
  readonly adopted: boolean;
  /** Leaves as it should. */
  leave(): Promise<void>;
  /** kill -9: nothing of it runs any more code. */
  kill(): Promise<void>;
}

export interface ChildUser {
  readonly uid: number;
  readonly gid: number;
}

/** Starts the embedded database of the folder in a process of its own; throws what that process fails with. */
export async function startEmbeddedChild(folder: string, user?: ChildUser): Promise<EmbeddedChild> {
  const child = fork(join(__dirname, 'hold-embedded-postgres.cjs'), [folder], { ...user, cwd: '/', execArgv: [] });
  const [message]: unknown[] = await once(child, 'message');
  if (!isAnswer(message)) throw new Error('the process said something else');
  if (message.error !== undefined) {
    await ended(child);
    throw new Error(message.error);
  }
  return {
    url: message.url ?? '',
    adopted: message.adopted === true,
    leave: () => end(child, 'SIGTERM'),
    kill: () => end(child, 'SIGKILL'),
  };
}

interface Answer {
  readonly url?: string;
  readonly adopted?: boolean;
  readonly error?: string;
}

function isAnswer(message: unknown): message is Answer {
  return typeof message === 'object' && message !== null && ('url' in message || 'error' in message);
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  child.kill(signal);
  await ended(child);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}
