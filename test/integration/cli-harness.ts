import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '#calendar';
import { runCli } from '../../apps/cli/run-cli.js';
import type { TestApp } from '../support/app.js';

export interface CliResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Cli {
  /** A folder for the test's files; the cache is in it too. */
  readonly folder: string;
  /** The environment that a process of its own is given. */
  readonly variables: Readonly<Record<string, string>>;
  run(...words: string[]): Promise<CliResult>;
  /** The same, with other environment variables on top. */
  runWith(variables: Record<string, string>, ...words: string[]): Promise<CliResult>;
  write(name: string, content: string): string;
  remove(): void;
}

/** The command line in this process, talking to that server. */
export function cliFor(server: Pick<TestApp, 'url' | 'key'>): Cli {
  const folder = mkdtempSync(join(tmpdir(), 'apportion-cli-'));
  const variables = { APPORTION_URL: server.url, APPORTION_API_KEY: server.key, XDG_CACHE_HOME: join(folder, 'cache') };
  const runWith = async (more: Record<string, string>, ...words: string[]): Promise<CliResult> => {
    const out: string[] = [];
    const notes: string[] = [];
    const terminal = {
      out: (text: string) => void out.push(text),
      note: (line: string) => void notes.push(line),
      watched: undefined,
    };
    const exitCode = await runCli(words, { terminal, variables: { ...variables, ...more }, clock: systemClock });
    return { exitCode, stdout: out.join(''), stderr: notes.join('\n') };
  };
  return {
    folder,
    variables,
    run: (...words) => runWith({}, ...words),
    runWith,
    write(name, content) {
      const path = join(folder, name);
      writeFileSync(path, content);
      return path;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
