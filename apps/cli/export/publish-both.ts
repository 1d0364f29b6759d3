import { rm } from 'node:fs/promises';
import { publish, writeDraft } from './download.js';

export function manifestPath(out: string): string {
  return `${out}.manifest.json`;
}

/** Gives a file that is whole its name, and writes what there is to say of it beside it. */
export async function publishBoth(path: string, manifest: unknown, out: string): Promise<void> {
  const text = new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`);
  const beside = await writeDraft(manifestPath(out), oneChunk(text));
  // An old manifest never stands beside a new file.
  await rm(manifestPath(out), { force: true });
  await publish({ path }, out);
  await publish(beside, manifestPath(out));
}

async function* oneChunk(chunk: Uint8Array): AsyncGenerator<Uint8Array> {
  yield chunk;
}
