import type { Clock } from '#calendar';
import type { ExportWorkStore } from './export-work-store.js';

/** That an export was, and what became of it, can be asked for so long after its end. */
const REMEMBERED_MS = 90 * 86_400_000;
/** One statement's worth, so that no lock is held for long. */
const PURGE_JOBS = 1_000;

export const PURGE_EXPORTS = Symbol('PurgeExports');

/** Lets go of files that are kept no longer, and in the end of their jobs. */
export class PurgeExports {
  constructor(
    private readonly store: Pick<ExportWorkStore, 'purgeBytes' | 'purgeJobs'>,
    private readonly clock: Clock,
    private readonly accountBytesMax: number,
  ) {}

  async run(): Promise<void> {
    const now = this.clock.now();
    await this.store.purgeBytes(now, this.accountBytesMax);
    while ((await this.store.purgeJobs(now - REMEMBERED_MS, PURGE_JOBS)) === PURGE_JOBS) continue;
  }
}
