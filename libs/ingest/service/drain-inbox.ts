import type { FlushInbox } from './flush-inbox.js';

export interface DrainSettings {
  /** Flushes side by side. */
  readonly lanes: number;
  /** A flush of at least so many events is worth a lane beside it; a smaller one is followed by a pause. */
  readonly fullEvents: number;
  /** At least between flushes that are not full: what comes in meanwhile shares the next, which costs the same. */
  readonly pauseMs: number;
  /** At most between them. In between a lane rests for `RESTS` times as long as its flush took. */
  readonly pauseMaxMs: number;
  /** How long a lane goes on looking after it has found nothing, so that under a steady trickle nobody needs to call it. */
  readonly lingerMs: number;
}

/** A flush costs much the same for few events and for many: the busier the process, the more of them share one. */
const RESTS = 3;

/**
 * Flushes while anything waits, on a bounded number of lanes whoever asks and however often. Each lane holds a database
 * connection and sometimes needs a second.
 */
export class DrainInbox {
  private readonly lanes = new Set<Promise<void>>();
  /** Counts the askers, so that a lane about to end sees that somebody came after its last look. */
  private asked = 0;
  private isFull = false;
  private stopped = false;

  constructor(
    private readonly flush: Pick<FlushInbox, 'run'>,
    private readonly settings: DrainSettings,
  ) {}

  /**
   * Resolves when nothing has waited for a while, or at once when there are lanes enough at work: they will not end before
   * they have looked again. Throws what a flush throws.
   */
  async run(): Promise<void> {
    this.asked += 1;
    const wanted = this.isFull ? this.settings.lanes : 1;
    if (this.stopped || this.lanes.size >= wanted) return;
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
    const { fullEvents, lingerMs } = this.settings;
    // A lane that never found anything was called in vain and ends at once.
    let workedAt = Number.NEGATIVE_INFINITY;
    while (!this.stopped) {
      const asked = this.asked;
      const startedAt = performance.now();
      const { rows, events } = await this.flush.run();
      this.isFull = events >= fullEvents;
      const endedAt = performance.now();
      if (rows > 0) workedAt = endedAt;
      const lingered = endedAt - workedAt >= lingerMs;
      if (rows === 0 && lingered && asked === this.asked) return;
      if (!this.isFull) await this.pause(rows > 0 ? endedAt - startedAt : 0);
    }
  }

  private async pause(flushMs: number): Promise<void> {
    const { pauseMs, pauseMaxMs } = this.settings;
    const restMs = Math.max(pauseMs, Math.min(flushMs * RESTS, pauseMaxMs));
    await new Promise((resolve) => setTimeout(resolve, restMs));
  }
}

export const DRAIN_INBOX = Symbol('DrainInbox');
