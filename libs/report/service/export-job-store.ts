import type { EpochMs } from '#calendar';
import type { ExportJob, ExportRequest } from '../domain/index.js';

export interface NewExportJob extends ExportRequest {
  readonly accountId: number;
  readonly exportId: string;
  readonly issued: boolean;
  readonly requestedAt: EpochMs;
  readonly requestedBy: string;
}

export interface ExportJobPage {
  readonly accountId: number;
  /** Older ones than this. */
  readonly after: string | undefined;
  readonly limit: number;
}

/** Bytes of a file from one of its bytes on. */
export interface FileChunk {
  readonly firstByte: number;
  readonly bytes: Uint8Array;
}

/** What is asked for and what became of it. */
export interface ExportJobStore {
  /**
   * Adds a job, or gives the one that will come to the same file: it waits or, with `joinsRunning`, is at work. Undefined, with
   * nothing added, when so many of the account wait already.
   */
  add(job: NewExportJob, limits: { waitingMax: number; joinsRunning: boolean }): Promise<ExportJob | undefined>;
  find(accountId: number, exportId: string): Promise<ExportJob | undefined>;
  /** The latest first. */
  list(page: ExportJobPage): Promise<readonly ExportJob[]>;
  /** Takes back what is not finished and lets go of a file that is; what failed or was cancelled stays as it is. */
  cancel(accountId: number, exportId: string, at: EpochMs): Promise<ExportJob | undefined>;
  /** The chunk that has a byte; undefined when it is kept no more. */
  chunkAt(accountId: number, exportId: string, byte: number): Promise<FileChunk | undefined>;
}

export const EXPORT_JOB_STORE = Symbol('ExportJobStore');
