import type { ExportedFile, ExportFormat, ExportJob, ExportState, FocusVersion } from '../domain/index.js';

/** A row of `export_job` as the driver gives it: instants as milliseconds, whole numbers as text. */
export interface ExportJobRow {
  readonly account_id: number;
  readonly export_id: string;
  readonly billing_period: string;
  readonly format: ExportFormat;
  readonly team: string | null;
  readonly focus_version: FocusVersion | null;
  readonly requested_ms: string;
  readonly requested_by: string;
  readonly state: ExportState;
  readonly attempt: number;
  readonly lines_done: string;
  readonly lines_total: string | null;
  readonly finished_ms: string | null;
  readonly expires_ms: string | null;
  readonly file_name: string | null;
  readonly media_type: string | null;
  readonly file_bytes: string | null;
  readonly sha256: string | null;
  readonly file_rows: string | null;
  readonly currency: string | null;
  readonly billed_minor: string | null;
  readonly problem_code: string | null;
  readonly problem_detail: string | null;
}

const ms = (column: string, name: string) => `(extract(epoch from ${column}) * 1000)::bigint as ${name}`;

/** Of the table `export_job`, or of one that is called `job`. */
export const EXPORT_JOB_COLUMNS = `account_id, export_id, billing_period, format, team, focus_version, requested_by, state,
  attempt, lines_done, lines_total, file_name, media_type, file_bytes, sha256, file_rows, currency, billed_minor, problem_code,
  problem_detail, ${ms('requested_at', 'requested_ms')}, ${ms('finished_at', 'finished_ms')}, ${ms('expires_at', 'expires_ms')}`;

export function exportJobFromRow(row: ExportJobRow): ExportJob {
  const { problem_code: code, problem_detail: detail } = row;
  const isDone = row.state === 'done';
  return {
    accountId: row.account_id,
    exportId: row.export_id,
    period: row.billing_period,
    format: row.format,
    team: row.team,
    focusVersion: row.focus_version,
    requestedAt: Number(row.requested_ms),
    requestedBy: row.requested_by,
    state: row.state,
    linesDone: Number(row.lines_done),
    linesTotal: optional(row.lines_total),
    finishedAt: optional(row.finished_ms),
    expiresAt: isDone ? optional(row.expires_ms) : null,
    file: isDone ? fileFrom(row) : null,
    problem: code === null || detail === null ? null : { code, detail },
  };
}

/** All that the table asks of a job that is done is there. */
function fileFrom(row: ExportJobRow): ExportedFile {
  return {
    name: row.file_name ?? '',
    mediaType: row.media_type ?? '',
    bytes: Number(row.file_bytes),
    sha256: row.sha256 ?? '',
    rows: Number(row.file_rows),
    currency: row.currency ?? '',
    billed: BigInt(row.billed_minor ?? 0),
  };
}

function optional(text: string | null): number | null {
  return text === null ? null : Number(text);
}
