import type { DraftStatements } from '#statement/domain';
import { pagesOf } from '#statement/domain';
import type { ExportFile, FileManifest } from './export-file.js';
import { deliver } from './export-file.js';
import type { ExportSource } from './export-source.js';

/** The whole file in memory, and its manifest. */
export async function readFile<M extends FileManifest>(file: ExportFile<M>) {
  const chunks: Uint8Array[] = [];
  const manifest = await deliver(file, async (bytes) => void chunks.push(bytes));
  const bytes = Buffer.concat(chunks);
  return { bytes, text: bytes.toString('utf8'), manifest };
}

export function sourceOf(draft: DraftStatements, team: string | null = null): ExportSource {
  return { statements: pagesOf(draft), team };
}
