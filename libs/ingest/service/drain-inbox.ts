import type { FlushInbox } from './flush-inbox.js';

/**
 * Flushes until nothing waits, on a bounded number of lanes whoever asks and however often. Each lane holds a database
 * connection and sometimes needs a second.
 */
export class DrainInbox {
  private readonly lanes = new Set<Promise<void>>();
  /** Counts the askers, so that a lane about to end sees that somebody came after its last look. */
  private asked = 0;
  private stopped = false;

  constructor(
    private readonly flush: Pick<FlushInbox, 'run'>,
    private readonly lanesMax: number,
  ) {}

  /**
   * Resolves when nothing waits any more, or at once when all lanes are at work: they will not end before they have looked
   * again. Throws what a flush throws.
   */
  async run(): Promise<void> {
    this.asked += 1;
    if (this.stopped || this.lanes.size >= this.lanesMax) return;
    const lane: Promise<void> = this.drain().finally(() => this.lanes.delete(lane));
    this.lanes.add(lane);
    await lane;
  }

  /** Lets the flushes under way finish and starts no more. */
  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.allSettled(this.lanes);
  }

  private async drain(): Promise<void> {
    for (;;) {
      const asked = this.asked;
      const { rows } = await this.flush.run();
      if (this.stopped || (rows === 0 && asked === this.asked)) return;
    }
  }
}

export const DRAIN_INBOX = Symbol('DrainInbox');
