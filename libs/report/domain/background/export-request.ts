import type { FocusVersion } from '../focus/focus-version.js';

/** The formats of a month's file, as the command line names them. */
export const EXPORT_FORMATS = ['chargeback', 'json', 'parquet', 'xlsx', 'pdf', 'summary', 'focus', 'journal'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** A file to write of a closed month. */
export interface ExportRequest {
  /** `2023-11` */
  readonly period: string;
  readonly format: ExportFormat;
  /** Null: all teams. */
  readonly team: string | null;
  /** Null where the format has no versions. */
  readonly focusVersion: FocusVersion | null;
}

export interface RequestFault {
  readonly field: 'team' | 'focusVersion';
  readonly detail: string;
}

/** What is given and not of the format, or the other way round; undefined: nothing. */
export function faultOfRequest(
  format: ExportFormat,
  { team, focusVersion }: Readonly<Partial<Record<'team' | 'focusVersion', unknown>>>,
): RequestFault | undefined {
  if (format === 'pdf' && team === undefined) return { field: 'team', detail: 'must be given: a bill is of one team' };
  if (format === 'journal' && team !== undefined)
    return { field: 'team', detail: 'must be left out: a journal entry is of all teams' };
  if (format !== 'focus' && focusVersion !== undefined)
    return { field: 'focusVersion', detail: 'is for the format focus alone' };
  return undefined;
}

/** Whether the file says something beside what the close froze, such as a ledger's codes or the regions of pools. */
export function saysMoreThanClose(format: ExportFormat): boolean {
  return format === 'journal' || format === 'focus';
}
