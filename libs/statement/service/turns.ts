import { fail, type Outcome } from '#outcome';

/** Work beyond this waits for nobody's good: the caller should come again. */
const WAITING_MAX = 64;
const RETRY_AFTER_SECONDS = 5;

/**
 * Lets so many run at once and the others wait in line. Billing holds database connections for as long as it reads, and needs
 * another now and then; without a bound, as many bills as there are connections would wait for each other for ever.
 */
export class Turns {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly limit: number) {}

  /** Fails with `statement.busy` when too many wait already. */
  async take<T>(work: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
    if (this.running >= this.limit) {
      if (this.waiting.length >= WAITING_MAX) return busy();
      // Who is woken takes the place of who wakes it, so the number that runs stays.
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    } else this.running += 1;
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.running -= 1;
    }
  }
}

function busy<T>(): Outcome<T> {
  const detail = 'too many statements are being computed; try again soon';
  return fail({ kind: 'busy', code: 'statement.busy', detail, retryAfterSeconds: RETRY_AFTER_SECONDS });
}
