import type { z } from 'zod';
import {
  type ChargebackManifestWire,
  chargebackManifest,
  type FocusManifestWire,
  focusManifest,
  type JournalManifestWire,
  journalManifest,
  type SummaryManifestWire,
  summaryManifest,
} from '#contract';

/** What the manifest of a file of any format says of its bytes. */
export interface AnyManifest {
  readonly sha256: string;
  readonly bytes: number;
  readonly rows: number;
}

/** A format as the API knows it. */
export interface ExportFormat<M extends AnyManifest> {
  /** What a month's file and its manifest are called there. */
  readonly file: string;
  readonly manifestFile: string;
  readonly manifest: z.ZodType<M>;
  /** Whether the rows can be counted as the file comes in. */
  readonly isCsv: boolean;
}

function csv<M extends AnyManifest>(name: string, manifest: z.ZodType<M>): ExportFormat<M> {
  return { file: `${name}.csv`, manifestFile: `${name}.manifest.json`, manifest, isCsv: true };
}

function other<M extends AnyManifest>(file: string, manifest: z.ZodType<M>): ExportFormat<M> {
  return { file, manifestFile: `${file}.manifest.json`, manifest, isCsv: false };
}

export const CHARGEBACK: ExportFormat<ChargebackManifestWire> = csv('chargeback', chargebackManifest);
export const SUMMARY: ExportFormat<SummaryManifestWire> = csv('summary', summaryManifest);
export const FOCUS: ExportFormat<FocusManifestWire> = csv('focus', focusManifest);
export const JOURNAL: ExportFormat<JournalManifestWire> = csv('journal', journalManifest);
export const WORKBOOK: ExportFormat<ChargebackManifestWire> = other('chargeback.xlsx', chargebackManifest);
export const PARQUET: ExportFormat<ChargebackManifestWire> = other('chargeback.parquet', chargebackManifest);
export const BILL: ExportFormat<ChargebackManifestWire> = other('statement.pdf', chargebackManifest);
export const JSON_LINES: ExportFormat<ChargebackManifestWire> = other('chargeback.json', chargebackManifest);
