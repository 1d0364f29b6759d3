#!/usr/bin/env node
// `npx apportion …` in a clone: builds what is not built, then the command line, in this very process.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CLONE } from './lib/clone.mjs';

// Where the product was installed without its sources, there is nothing to build.
if (existsSync(join(CLONE, 'tsconfig.build.json'))) {
  const { ensureInstalled } = await import('./lib/ensure-installed.mjs');
  const { ensureBuilt } = await import('./lib/ensure-built.mjs');
  try {
    await ensureInstalled();
    await ensureBuilt();
  } catch (error) {
    console.error(`apportion: ${error instanceof Error ? error.message : error}`);
    process.exit(1);
  }
}
await import('../dist/apps/cli/main.js');
