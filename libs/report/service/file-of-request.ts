import type { Outcome } from '#outcome';
import type { ExportFile, ExportRequest, JournalManifest, Manifest, SummaryManifest } from '../domain/index.js';
import type { ExportPeriod } from './export-period.js';

export type AnyExportFile = ExportFile<Manifest | SummaryManifest | JournalManifest>;

/** The file that is asked for. Fails as `ExportPeriod` does for its format. */
export function fileOfRequest(
  exports: ExportPeriod,
  accountId: number,
  { period, format, team, focusVersion }: ExportRequest,
): Promise<Outcome<AnyExportFile>> {
  const input = { accountId, period, team };
  switch (format) {
    case 'chargeback':
      return exports.chargeback(input);
    case 'json':
      return exports.chargebackJson(input);
    case 'parquet':
      return exports.parquet(input);
    case 'xlsx':
      return exports.workbook(input);
    case 'pdf':
      // There is no team without a name: it is then the one that has no statement.
      return exports.bill({ ...input, team: team ?? '' });
    case 'summary':
      return exports.summary(input);
    case 'focus':
      return exports.focus({ ...input, version: focusVersion ?? '1.2' });
    case 'journal':
      return exports.journal(input);
  }
}
