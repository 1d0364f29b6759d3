import { CommanderError } from 'commander';
import type { CliHost } from './connection.js';
import { CliError, EXIT, type ExitCode } from './exit-code.js';
import { createProgram } from './program.js';

/** Runs one command line (without the names of the runtime and the script) and answers its exit code. */
export async function runCli(words: readonly string[], host: CliHost): Promise<ExitCode> {
  const { terminal } = host;
  try {
    await createProgram(host).parseAsync([...words], { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    // Commander has said what is wrong, or shown the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (error instanceof CliError) {
      terminal.note(`apportion: ${error.message}`);
      for (const detail of error.details) terminal.note(`  ${detail}`);
      return error.exitCode;
    }
    terminal.note(`apportion: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return EXIT.failed;
  }
}
