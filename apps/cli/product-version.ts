import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { cloneFolder } from '#platform';

/** The version in package.json. */
export function productVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(cloneFolder(), 'package.json'), 'utf8'));
  return z.object({ version: z.string() }).parse(manifest).version;
}
