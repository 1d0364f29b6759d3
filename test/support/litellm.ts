import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';

const CLONE = join(__dirname, '../..');

/** What LiteLLM's proxy does: asks before a call, and tells how it ended. */
export interface HookStep {
  readonly do: 'ask' | 'succeed' | 'fail';
  readonly call: string;
  readonly key?: Readonly<Record<string, string>>;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly usage?: Readonly<Record<string, unknown>>;
}

export interface HookAnswer {
  readonly passed?: true;
  readonly status?: number;
  readonly detail?: string;
  readonly headers?: Readonly<Record<string, string>> | null;
}

export interface HookRun {
  /** Of each round, of each of its steps; null for those that answer nothing. */
  readonly done: readonly (readonly (HookAnswer | null)[])[];
  /** Reservations of calls that have not ended. */
  readonly held: number;
}

export function hasPython(): boolean {
  try {
    execFileSync('python3', ['-c', 'import sys; assert sys.version_info >= (3, 9)'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Runs the hook in a Python of its own: rounds one after the other, the steps of a round at the same time. */
export async function runHook(
  variables: Readonly<Record<string, string>>,
  rounds: readonly (readonly HookStep[])[],
): Promise<HookRun> {
  const folders = [join(CLONE, 'integrations/litellm'), join(CLONE, 'test/support/litellm-stub')];
  const child = spawn('python3', ['-B', join(CLONE, 'test/support/litellm-stub/drive.py')], {
    env: { PATH: process.env.PATH, PYTHONPATH: folders.join(delimiter), ...variables },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(JSON.stringify(rounds));
  const [said, wrong] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  if (child.exitCode !== 0) throw new Error(`the hook ended with ${child.exitCode}:\n${wrong}`);
  return JSON.parse(said) as HookRun;
}
