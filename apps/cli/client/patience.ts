import { setTimeout as timer } from 'node:timers/promises';
import type { Clock } from '#calendar';
import { errorText } from '#platform';
import { ApiError, UnreachableError } from './api-error.js';

export interface PatienceOptions {
  readonly clock: Clock;
  /** How long a request is tried again while nobody answers. */
  readonly unreachableMs: number;
  /** How long a request is tried again while the server says that it is too busy. */
  readonly busyMs: number;
  /** Called before each wait, for a line on the screen. */
  readonly onWait?: (reason: string, waitMs: number) => void;
  /** Waits; a test need not. */
  readonly sleep?: (ms: number) => Promise<void>;
}

const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 5_000;

/**
 * Tries again what may succeed later: a server that restarts, workers that are behind. A server that never answered is
 * reported at once: there a hint helps more than patience.
 */
export class Patience {
  private answered = false;

  constructor(private readonly options: PatienceOptions) {}

  /** `work` must be safe to repeat. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const { clock, onWait, sleep = timer } = this.options;
    const start = clock.now();
    for (let attempt = 0; ; attempt += 1) {
      try {
        const result = await work();
        this.answered = true;
        return result;
      } catch (error) {
        const wait = this.waitAfter(error, attempt, clock.now() - start);
        if (wait === undefined) throw error;
        onWait?.(errorText(error), wait);
        await sleep(wait);
      }
    }
  }

  /** Milliseconds to wait, or undefined to give up. */
  private waitAfter(error: unknown, attempt: number, sinceMs: number): number | undefined {
    const backoff = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(attempt, 10));
    // Spread out, so that requests refused together do not come back together.
    const spread = backoff * (0.5 + Math.random() / 2);
    if (error instanceof UnreachableError) {
      return this.answered && sinceMs < this.options.unreachableMs ? spread : undefined;
    }
    if (!(error instanceof ApiError)) return undefined;
    this.answered = true;
    const passing = error.status === 429 || error.status === 502 || error.status === 503 || error.status === 504;
    if (!passing || sinceMs >= this.options.busyMs) return undefined;
    return error.retryAfterSeconds === undefined ? spread : error.retryAfterSeconds * 1000 + spread / 4;
  }
}
