#!/usr/bin/env node
import { systemClock } from '#calendar';
import { processVariables } from '#platform';
import { runCli } from './run-cli.js';
import { processTerminal } from './terminal.js';

// `apportion bill | head` closes the pipe when it has seen enough; that is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});

void runCli(process.argv.slice(2), {
  terminal: processTerminal,
  variables: processVariables(),
  clock: systemClock,
}).then((exitCode) => {
  process.exitCode = exitCode;
});
