import { importCounts, importWarning } from '#contract';
import type { Connection } from '../connection.js';
import { readWhole } from '../read-file.js';
import { printable } from '../render/table.js';

/** Some imports warn of what was taken and is most likely not meant. */
const imported = importCounts.extend({ warnings: importWarning.array().default([]) });

/** Has the server take over a CSV file, all of it or nothing, and says how much of it was new. */
export async function importTable({ client, terminal }: Connection, path: string, file: string): Promise<void> {
  const body = await readWhole(file);
  const counts = await client.request('POST', path, imported, { body, headers: { 'content-type': 'text/csv' } });
  for (const { detail } of counts.warnings) terminal.note(printable(`warning: ${detail}`));
  terminal.out(`${counts.created} created, ${counts.corrected} corrected, ${counts.unchanged} already known\n`);
}
