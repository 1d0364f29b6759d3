import type { ExportSource } from './export-source.js';

/** Whether the source has more lines than that; it is read no further than to know. */
export async function hasMoreLines({ statements, team }: ExportSource, than: number): Promise<boolean> {
  let count = 0;
  for await (const page of statements.lines(team)) {
    count += page.length;
    if (count > than) return true;
  }
  return false;
}
