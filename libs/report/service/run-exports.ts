import type { Clock } from '#calendar';
import { ChunkCutter, deliverRun, type ExportProblem, exportedFileOf } from '../domain/index.js';
import type { ExportPeriod } from './export-period.js';
import type { ClaimedExport, ExportWorkStore } from './export-work-store.js';
import { fileOfRequest } from './file-of-request.js';

export interface RunExportsSettings {
  /** How long a file is kept. */
  readonly retentionMs: number;
  /** What an account's files may take together, and so one of them. */
  readonly bytesMax: number;
}

/** Bytes of a row of the database, and of a file in memory. */
const CHUNK_BYTES = 1024 * 1024;
/** Several times within a lease. */
const KEEP_EVERY_MS = 5_000;
/** A job that brings down its workers does so three times at most. */
const ATTEMPTS_MAX = 3;

/** Writes the files that were asked for, one at a time, chunk by chunk. */
export class RunExports {
  constructor(
    private readonly store: ExportWorkStore,
    private readonly exports: ExportPeriod,
    private readonly clock: Clock,
    private readonly settings: RunExportsSettings,
  ) {}

  /**
   * Takes up a job and sees to its end; false: there was none. When `stopping` is aborted the job is given back. What is thrown on
   * the way is thrown, and the job left as it is: it is taken up again when its lease has run out.
   */
  async next(stopping: AbortSignal): Promise<boolean> {
    const claim = await this.store.claim();
    if (!claim) return false;
    if (claim.attempt > ATTEMPTS_MAX) {
      await this.store.fail(claim, INTERRUPTED, this.clock.now());
      return true;
    }
    const lost = new AbortController();
    const keeping = setInterval(() => void this.keep(claim, lost), KEEP_EVERY_MS);
    try {
      await this.write(claim, AbortSignal.any([stopping, lost.signal]), lost);
    } catch (error) {
      // Somebody else's now, or nobody's.
      if (lost.signal.aborted) return true;
      if (error instanceof TooLargeError) await this.store.fail(claim, tooLarge(this.settings), this.clock.now());
      else if (stopping.aborted) await this.store.release(claim);
      else throw error;
    } finally {
      clearInterval(keeping);
    }
    return true;
  }

  /** A renewal that the database does not answer is no reason to give up: the next bytes will tell. */
  private async keep(claim: ClaimedExport, lost: AbortController): Promise<void> {
    const held = await this.store.keep(claim).catch(() => true);
    if (!held) lost.abort();
  }

  private async write(claim: ClaimedExport, signal: AbortSignal, lost: AbortController): Promise<void> {
    const found = await fileOfRequest(this.exports, claim.accountId, claim);
    if (!found.ok) {
      const { code, detail } = found.failure;
      await this.store.fail(claim, { code, detail }, this.clock.now());
      return;
    }
    const file = found.value;
    const run = file.write();
    const progress = () => ({ linesDone: run.linesDone(), linesTotal: file.lines });
    const cutter = new ChunkCutter(CHUNK_BYTES);
    let firstByte = 0;
    const manifest = await deliverRun(run, async (piece) => {
      for (const bytes of cutter.add(piece)) {
        if (firstByte + bytes.length > this.settings.bytesMax) throw new TooLargeError();
        if (!(await this.store.append(claim, { firstByte, bytes }, progress()))) lost.abort();
        firstByte += bytes.length;
      }
      signal.throwIfAborted();
    });
    if (manifest.bytes > this.settings.bytesMax) throw new TooLargeError();
    const finishedAt = this.clock.now();
    await this.store.finish(claim, { firstByte, bytes: cutter.take() }, exportedFileOf(file.mediaType, manifest), {
      linesDone: run.linesDone(),
      finishedAt,
      expiresAt: finishedAt + this.settings.retentionMs,
    });
  }
}

class TooLargeError extends Error {}

const INTERRUPTED: ExportProblem = {
  code: 'report.export_interrupted',
  detail: `${ATTEMPTS_MAX} attempts to write it were cut short; what the workers logged says why`,
};

function tooLarge({ bytesMax }: RunExportsSettings): ExportProblem {
  return { code: 'report.export_too_large', detail: `the file is larger than the ${bytesMax} bytes that may be kept` };
}
