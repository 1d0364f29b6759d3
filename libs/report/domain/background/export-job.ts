import type { EpochMs } from '#calendar';
import type { JournalManifest } from '../journal/journal-file.js';
import type { Manifest } from '../manifest.js';
import type { SummaryManifest } from '../summary.js';
import type { ExportRequest } from './export-request.js';

/** `done` alone has a file. What is done, failed or cancelled stays so. */
export const EXPORT_STATES = ['waiting', 'running', 'done', 'failed', 'cancelled'] as const;
export type ExportState = (typeof EXPORT_STATES)[number];

/** A whole file, as it was when it was written. */
export interface ExportedFile {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
  /** Rows of data. */
  readonly rows: number;
  readonly currency: string;
  /** Minor units; of a journal entry its debits. */
  readonly billed: bigint;
}

/** Why there is no file. */
export interface ExportProblem {
  readonly code: string;
  readonly detail: string;
}

/** A file that is written in the background. */
export interface ExportJob extends ExportRequest {
  readonly accountId: number;
  readonly exportId: string;
  readonly requestedAt: EpochMs;
  readonly requestedBy: string;
  readonly state: ExportState;
  readonly linesDone: number;
  /** Null: only writing tells. */
  readonly linesTotal: number | null;
  readonly finishedAt: EpochMs | null;
  /** From when on the bytes are gone; null unless done. */
  readonly expiresAt: EpochMs | null;
  readonly file: ExportedFile | null;
  readonly problem: ExportProblem | null;
}

/** What is kept of a file beside its bytes. */
export function exportedFileOf(
  mediaType: string,
  manifest: Manifest | SummaryManifest | JournalManifest,
): ExportedFile {
  const { file: name, bytes, sha256, rows, currency } = manifest;
  const billed = 'debits' in manifest ? manifest.debits : manifest.total.billed;
  return { name, mediaType, bytes, sha256, rows, currency, billed };
}
