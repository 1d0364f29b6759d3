/** Tells the worker that there is work. Only makes it prompt: what it does not bring, the sweeper finds. */
export interface WorkerWaker {
  /** Fails at once when the queue is out of reach. */
  wake(inboxIds: readonly string[]): Promise<void>;
}

/** Beyond these the worker has been told often enough. */
const MAX_PENDING = 1_000;

/**
 * Names inbox rows to the worker, many in one job: while one job is on its way, and for a moment after, ids gather for the
 * next. Nobody waits for it, and its failure is counted and no more.
 */
export class WakeWorker {
  private pending: string[] = [];
  private busy = false;

  constructor(
    private readonly waker: WorkerWaker,
    private readonly pauseMs: number,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  announce(inboxIds: readonly string[]): void {
    if (this.pending.length < MAX_PENDING) this.pending.push(...inboxIds);
    if (!this.busy) void this.run();
  }

  private async run(): Promise<void> {
    this.busy = true;
    while (this.pending.length > 0) {
      const ids = this.pending;
      this.pending = [];
      try {
        await this.waker.wake(ids);
      } catch (error) {
        this.onFailure(error);
      }
      await new Promise((resolve) => setTimeout(resolve, this.pauseMs));
    }
    this.busy = false;
  }
}
