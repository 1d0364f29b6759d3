import type { ExportWire } from '#contract';
import { counted, grouped } from '../render/table.js';

export interface WrittenFile {
  readonly rows: number;
  readonly total: { readonly billed: string };
  readonly currency: string;
  readonly sha256: string;
}

/** What a command says of a file that it wrote. */
export function written(out: string, { rows, total, currency, sha256 }: WrittenFile): string {
  return `${out}: ${counted(rows, 'row')}, ${grouped(total.billed)} ${currency}, SHA-256 ${sha256}\n`;
}

/** The same of an export that is done. */
export function writtenExport(out: string, { file }: ExportWire): string {
  return file === null ? '' : written(out, { ...file, total: file });
}
