import { errorText } from '#platform';

/** Work that one asks for as often as one likes: it goes on until nothing waits. */
export interface Drain {
  run(): Promise<void>;
  /** Lets go of what is under way, or sees to its end, and begins nothing more. */
  stop(): Promise<void>;
}

export interface SweepTimerOptions {
  readonly drain: Drain;
  readonly everyMs: number;
  /** Done at the start and every minute, never twice at a time; what fails is done again the next time. */
  readonly keepHouse?: (stopping: AbortSignal) => Promise<void>;
  readonly complain: (text: string) => void;
}

const KEEP_HOUSE_EVERY_MS = 60_000;
/** A database that is away fails every sweep; its log need not say so every second. */
const COMPLAIN_EVERY_MS = 10_000;

/** Finds, on a plain timer, the work that the queue did not bring. A sweep waits for nothing: what it began may take minutes. */
export class SweepTimer {
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private housekeeping: Promise<void> = Promise.resolve();
  private houseKeptAt = -Infinity;
  private complainedAt = -Infinity;
  private unsaid = 0;

  constructor(private readonly options: SweepTimerOptions) {}

  start(): void {
    if (this.stopping.signal.aborted) return;
    this.timer = setTimeout(() => {
      this.sweep();
      this.start();
    }, this.options.everyMs);
  }

  /** Resolves when nothing that it began is at work any more. */
  async stop(): Promise<void> {
    this.stopping.abort();
    clearTimeout(this.timer);
    await this.options.drain.stop();
    await this.housekeeping;
  }

  private sweep(): void {
    const { drain, keepHouse } = this.options;
    drain.run().catch((error: unknown) => this.complain(error));
    if (!keepHouse || performance.now() - this.houseKeptAt < KEEP_HOUSE_EVERY_MS) return;
    this.houseKeptAt = Infinity;
    this.housekeeping = keepHouse(this.stopping.signal)
      .catch((error: unknown) => this.complain(error))
      .finally(() => {
        this.houseKeptAt = performance.now();
      });
  }

  private complain(error: unknown): void {
    const now = performance.now();
    if (now - this.complainedAt < COMPLAIN_EVERY_MS) {
      this.unsaid += 1;
      return;
    }
    const more = this.unsaid > 0 ? ` (and ${this.unsaid} more since the last time)` : '';
    this.options.complain(`${errorText(error)}${more}`);
    this.complainedAt = now;
    this.unsaid = 0;
  }
}
