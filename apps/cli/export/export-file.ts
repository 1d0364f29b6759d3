import { rm } from 'node:fs/promises';
import type { ApiClient, Query } from '../client/api-client.js';
import { CliError } from '../exit-code.js';
import { type Draft, writeDraft } from './download.js';
import type { AnyManifest, ExportFormat } from './export-format.js';
import { publishBoth } from './publish-both.js';

export interface ExportFileInput {
  readonly period: string;
  readonly query: Query;
  /** The file to write; its manifest is written beside it. */
  readonly out: string;
}

/** A bill may change between its file and its manifest while events come in; it is asked for again so often. */
const ATTEMPTS = 5;

/**
 * Downloads a statement as a file. The file has its name only when it is whole and its hash, size and rows are those of the
 * manifest; until then, and after any failure, the name is what it was.
 */
export async function exportFile<M extends AnyManifest>(
  client: ApiClient,
  format: ExportFormat<M>,
  { period, query, out }: ExportFileInput,
): Promise<M> {
  const folder = `/v1/statements/${period}`;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const response = await client.open('GET', `${folder}/${format.file}`, { query });
    const draft = await writeDraft(out, client.bytes(response));
    try {
      const manifest = await client.get(`${folder}/${format.manifestFile}`, format.manifest, query);
      if (isWhole(draft, manifest, format.isCsv)) {
        await publishBoth(draft.path, manifest, out);
        return manifest;
      }
    } finally {
      await rm(draft.path, { force: true });
    }
  }
  throw new CliError(`${period} changed with every attempt to export it; try again when no events for it come in`);
}

function isWhole(draft: Draft, manifest: AnyManifest, isCsv: boolean): boolean {
  const isSame = draft.sha256 === manifest.sha256 && draft.bytes === manifest.bytes;
  return isSame && (!isCsv || draft.rows === manifest.rows);
}
