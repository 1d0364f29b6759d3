import type { Clock } from '#calendar';
import { fail, type Outcome, succeed } from '#outcome';
import type { ClosedPeriods } from '#statement';
import { type ExportedFile, type ExportJob, type ExportRequest, saysMoreThanClose } from '../domain/index.js';
import type { ExportJobPage, ExportJobStore } from './export-job-store.js';
import { sourceOf } from './export-source.js';

/** Jobs of an account that may wait; they are written one after the other. */
const WAITING_MAX = 100;
const RETRY_AFTER_SECONDS = 30;

export interface RequestExportInput {
  readonly accountId: number;
  readonly by: string;
  readonly request: ExportRequest;
}

/** A whole file that is still kept. */
export interface KeptFile {
  readonly file: ExportedFile;
  /** Bytes `[from, to)`, read as they are taken. Throws when they expire meanwhile. */
  readonly read: (from: number, to: number) => AsyncIterable<Uint8Array>;
}

export const EXPORT_JOBS = Symbol('ExportJobs');

/**
 * Files of closed months, asked for now and fetched when a worker has written them. A draft has none: it is another with
 * every event, and a file that is kept must not be older than what it seems to say.
 */
export class ExportJobs {
  constructor(
    private readonly store: ExportJobStore,
    private readonly periods: ClosedPeriods,
    private readonly clock: Clock,
    private readonly newId: () => string,
    /** Makes a worker prompt; it finds the job without it, too. */
    private readonly announce: (job: Pick<ExportJob, 'accountId' | 'exportId'>) => void,
  ) {}

  /**
   * Who asks for the same while it waits or is written is given the same job. Fails with `statement.not_closed`,
   * `statement.bad_period`, `report.team_not_found` or `report.too_many_exports`.
   */
  async request({ accountId, by, request }: RequestExportInput): Promise<Outcome<ExportJob>> {
    const { period, team } = request;
    const close = await this.periods.closeOf({ accountId, period });
    if (!close.ok) return close;
    const source = await sourceOf(this.periods, { accountId, period, team });
    if (!source.ok) return source;
    const exportId = this.newId();
    const issued = close.value.issuedAt !== null;
    const job = await this.store.add(
      { ...request, accountId, exportId, issued, requestedAt: this.clock.now(), requestedBy: by },
      { waitingMax: WAITING_MAX, joinsRunning: !saysMoreThanClose(request.format) },
    );
    if (!job) return tooMany();
    this.announce(job);
    return succeed(job);
  }

  /** Fails with `report.export_not_found`. */
  async find(accountId: number, exportId: string): Promise<Outcome<ExportJob>> {
    return found(await this.store.find(accountId, exportId), exportId);
  }

  list(page: ExportJobPage): Promise<readonly ExportJob[]> {
    return this.store.list(page);
  }

  /** Nothing is left of the file, whether it is waited for, half written or whole. Fails with `report.export_not_found`. */
  async cancel(accountId: number, exportId: string): Promise<Outcome<ExportJob>> {
    return found(await this.store.cancel(accountId, exportId, this.clock.now()), exportId);
  }

  /**
   * Fails with `report.export_not_found`, `report.export_not_done`, `report.export_without_file` or `report.export_expired`.
   */
  async file(accountId: number, exportId: string): Promise<Outcome<KeptFile>> {
    const job = await this.find(accountId, exportId);
    if (!job.ok) return job;
    const { state, file, expiresAt, problem } = job.value;
    if (state === 'waiting' || state === 'running') {
      const detail = `The file of ${exportId} is not written yet: it is ${state}.`;
      return fail({ kind: 'conflict', code: 'report.export_not_done', detail });
    }
    if (file === null || expiresAt === null) {
      const why = problem === null ? '' : ` (${problem.code})`;
      const detail = `There is no file of ${exportId}: it is ${state}${why}.`;
      return fail({ kind: 'conflict', code: 'report.export_without_file', detail });
    }
    if (expiresAt <= this.clock.now()) return expired(exportId);
    return succeed({ file, read: (from, to) => this.read(job.value, from, to) });
  }

  private async *read({ accountId, exportId }: ExportJob, from: number, to: number): AsyncGenerator<Uint8Array> {
    for (let at = from; at < to; ) {
      const chunk = await this.store.chunkAt(accountId, exportId, at);
      const bytes = chunk?.bytes.subarray(at - chunk.firstByte, to - chunk.firstByte);
      // Who reads is told a part from the whole by the length that was promised.
      if (!bytes || bytes.length === 0) throw new Error(`byte ${at.toString()} of export ${exportId} is gone`);
      yield bytes;
      at += bytes.length;
    }
  }
}

function found(job: ExportJob | undefined, exportId: string): Outcome<ExportJob> {
  if (job) return succeed(job);
  return fail({ kind: 'not_found', code: 'report.export_not_found', detail: `There is no export ${exportId}.` });
}

function expired<T>(exportId: string): Outcome<T> {
  const detail = `The file of ${exportId} is no longer kept. Ask for it again.`;
  return fail({ kind: 'gone', code: 'report.export_expired', detail });
}

function tooMany<T>(): Outcome<T> {
  const detail = `${WAITING_MAX.toString()} exports wait already. Ask again when some are done, or cancel some.`;
  return fail({ kind: 'busy', code: 'report.too_many_exports', detail, retryAfterSeconds: RETRY_AFTER_SECONDS });
}
