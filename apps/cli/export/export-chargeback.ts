import { type ChargebackManifestWire, chargebackManifest } from '#contract';
import type { ApiClient } from '../client/api-client.js';
import { exportFile } from './export-file.js';

export interface ExportChargebackInput {
  readonly period: string;
  readonly team: string | undefined;
  readonly out: string;
}

/** Downloads a chargeback; see {@link exportFile}. */
export function exportChargeback(client: ApiClient, input: ExportChargebackInput): Promise<ChargebackManifestWire> {
  const { period, team, out } = input;
  return exportFile(client, { period, format: 'chargeback', manifest: chargebackManifest, query: { team }, out });
}
