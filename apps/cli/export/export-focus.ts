import { type FocusManifestWire, type FocusVersionWire, focusManifest } from '#contract';
import type { ApiClient } from '../client/api-client.js';
import { exportFile } from './export-file.js';

export interface ExportFocusInput {
  readonly period: string;
  readonly team: string | undefined;
  readonly focusVersion: FocusVersionWire;
  readonly out: string;
}

/** Downloads a month as FOCUS Cost and Usage; see {@link exportFile}. */
export function exportFocus(client: ApiClient, input: ExportFocusInput): Promise<FocusManifestWire> {
  const { period, team, focusVersion, out } = input;
  return exportFile(client, { period, format: 'focus', manifest: focusManifest, query: { team, focusVersion }, out });
}
