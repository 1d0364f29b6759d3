import type { RunExports } from './run-exports.js';

export const DRAIN_EXPORTS = Symbol('DrainExports');

/** Writes exports while any wait, one at a time in a process, whoever asks and however often. */
export class DrainExports {
  private running: Promise<void> | undefined;
  private readonly stopping = new AbortController();

  constructor(private readonly exports: Pick<RunExports, 'next'>) {}

  /** Resolves when none waits, or at once when they are being written. Throws what writing throws. */
  async run(): Promise<void> {
    if (this.running !== undefined || this.stopping.signal.aborted) return;
    this.running = this.drain().finally(() => {
      this.running = undefined;
    });
    await this.running;
  }

  /** Gives back what is being written, for another worker or the next start. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running?.catch(() => undefined);
  }

  private async drain(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted && (await this.exports.next(signal))) continue;
  }
}
