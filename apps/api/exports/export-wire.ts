import { formatInstant } from '#calendar';
import type { ExportBody, ExportWire } from '#contract';
import { formatMinor } from '#money';
import type { ExportJob, ExportRequest } from '#report';

export function fromApi({ period, format, team, focusVersion }: ExportBody): ExportRequest {
  return { period, format, team: team ?? null, focusVersion: format === 'focus' ? (focusVersion ?? '1.2') : null };
}

export function toApi(job: ExportJob): ExportWire {
  const { exportId, period, format, team, focusVersion, state, requestedAt, requestedBy, problem } = job;
  return {
    id: exportId,
    ...{ period, format, team, focusVersion, state },
    requestedAt: formatInstant(requestedAt),
    requestedBy,
    progress: { done: job.linesDone, total: job.linesTotal, unit: 'lines' },
    finishedAt: instantOrNull(job.finishedAt),
    expiresAt: instantOrNull(job.expiresAt),
    file: job.file && fileToApi(job.file),
    problem: problem && { ...problem },
  };
}

function fileToApi({ name, mediaType, bytes, sha256, rows, currency, billed }: NonNullable<ExportJob['file']>) {
  return { name, mediaType, bytes, sha256, rows, currency, billed: formatMinor(billed, currency) };
}

function instantOrNull(instant: number | null): string | null {
  return instant === null ? null : formatInstant(instant);
}
