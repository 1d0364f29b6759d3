import type { EpochMs } from '#calendar';
import type { ExportedFile, ExportJob, ExportProblem, ExportState } from '../domain/index.js';
import type { FileChunk } from './export-job-store.js';

/** A job that a worker has taken up. It is the worker's until its lease runs out or somebody cancels it. */
export interface ClaimedExport extends ExportJob {
  /** Counts the workers that took it up. */
  readonly attempt: number;
}

export interface LinesProgress {
  readonly linesDone: number;
  readonly linesTotal: number | null;
}

/** What a worker does with jobs. All that names a claim does nothing, and says so, when the job is the worker's no more. */
export interface ExportWorkStore {
  /** Takes up the job that has waited longest, or whose worker is behind with its lease; what that one wrote is dropped. */
  claim(): Promise<ClaimedExport | undefined>;
  /** Renews the lease. */
  keep(claim: ClaimedExport): Promise<boolean>;
  /** Adds bytes, and renews the lease. */
  append(claim: ClaimedExport, chunk: FileChunk, progress: LinesProgress): Promise<boolean>;
  /** Adds the last bytes, which may be none, and makes the job done, in one step. */
  finish(claim: ClaimedExport, last: FileChunk, file: ExportedFile, end: ExportEnd): Promise<boolean>;
  /** Ends the job without a file. */
  fail(claim: ClaimedExport, problem: ExportProblem, at: EpochMs): Promise<boolean>;
  /** Gives the job back as if it had not been taken up. */
  release(claim: ClaimedExport): Promise<boolean>;
  /** Drops bytes that are kept no longer: expired ones and, for an account that has more than so many, its oldest. */
  purgeBytes(now: EpochMs, accountBytesMax: number): Promise<void>;
  /** How many jobs there are of each state, and the bytes kept of their files. */
  load(): Promise<ExportLoad>;
  /** Forgets jobs that were finished before, at most so many; the number forgotten. */
  purgeJobs(finishedBefore: EpochMs, limit: number): Promise<number>;
}

export interface ExportLoad {
  readonly jobs: ReadonlyMap<ExportState, number>;
  readonly bytes: number;
}

export interface ExportEnd {
  readonly linesDone: number;
  readonly finishedAt: EpochMs;
  readonly expiresAt: EpochMs;
}

export const EXPORT_WORK_STORE = Symbol('ExportWorkStore');
