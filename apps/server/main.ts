#!/usr/bin/env node
import 'reflect-metadata';
import { errorText, processVariables } from '#platform';
import { migrateOnly } from './migrate-only.js';
import { newKey } from './new-key.js';
import { serve } from './serve.js';

const USAGE = `usage: main.js [migrate | new-key]
  migrate   bring the database up to date and leave
  new-key   make a machine key with all scopes, print it and leave
`;

async function main(mode: string | undefined): Promise<void> {
  if (mode === undefined) return serve(processVariables());
  if (mode === 'migrate') return migrateOnly(processVariables());
  if (mode === 'new-key') return newKey(processVariables());
  process.stderr.write(USAGE);
  process.exitCode = 2;
}

main(process.argv[2]).catch((error: unknown) => {
  // What stops a start is for the operator: one line, and the stack only of what is our mistake.
  const bug = error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError;
  process.stderr.write(`apportion: ${bug ? error.stack : errorText(error)}\n`);
  // Whatever a failed start has left open must not keep the process.
  process.exit(1);
});
