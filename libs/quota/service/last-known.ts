import type { Clock, EpochMs } from '#calendar';

/** Whether something failed because the database is out of reach, and says nothing else. */
export type IsOutage = (error: unknown) => boolean;

export interface LastKnownSettings<T> {
  /** What was read is read again after this, and so is what could not be; what is in use somewhat earlier, and nobody waits for it. */
  readonly freshMs: number;
  /** Names come from outside; what is remembered of them has an end. */
  readonly max: number;
  /** What holds while the database is out of reach and nothing was known before. */
  readonly otherwise: T;
}

interface Kept<T> {
  readonly answer: Promise<T>;
  readonly memory: Memory<T>;
}

interface Memory<T> {
  last: { readonly value: T } | undefined;
  readonly readAt: EpochMs;
  /** Who asks from then on has it read again ahead of its end. */
  aheadAt: EpochMs;
  until: EpochMs;
}

/** The last part of its time, in which what is asked for is read again. */
const AHEAD_PART = 0.2;

/** What holds though nothing is known is looked into again after this at the latest: it should not outlast the outage by much. */
const UNKNOWN_MS = 2_000;

/**
 * Remembers what was read for so long. While the database is out of reach what was last known holds on, for as long as that takes:
 * quotas that fail open let requests through then. Any other failure is thrown, and the next who asks reads again.
 */
export class LastKnown<K, T> {
  private readonly kept = new Map<K, Kept<T>>();

  constructor(
    private readonly settings: LastKnownSettings<T>,
    private readonly clock: Clock,
    private readonly isOutage: IsOutage,
  ) {}

  /** `endsAt`: what is read now is read again from then on, however fresh. */
  get(key: K, read: () => Promise<T>, endsAt = Number.POSITIVE_INFINITY): Promise<T> {
    const now = this.clock.now();
    const known = this.kept.get(key);
    // A clock that was set back makes what it knew of no age.
    if (known && now >= known.memory.readAt && now < known.memory.until) {
      if (now >= known.memory.aheadAt) this.readAhead(key, known, this.memoryFrom(now, endsAt), read);
      return known.answer;
    }
    const memory = this.memoryFrom(now, endsAt, known?.memory.last);
    const answer = this.readOrHold(memory, read);
    this.keep(key, { answer, memory });
    return answer;
  }

  private memoryFrom(now: EpochMs, endsAt: number, last?: Memory<T>['last']): Memory<T> {
    const { freshMs } = this.settings;
    const until = Math.min(now + freshMs, endsAt);
    return { last, readAt: now, aheadAt: now + freshMs * (1 - AHEAD_PART), until };
  }

  /** Once, and beside those who ask. What fails then is read again when its time is over. */
  private readAhead(key: K, known: Kept<T>, memory: Memory<T>, read: () => Promise<T>): void {
    known.memory.aheadAt = Number.POSITIVE_INFINITY;
    read().then(
      (value) => {
        if (this.kept.get(key) !== known) return;
        memory.last = { value };
        this.keep(key, { answer: Promise.resolve(value), memory });
      },
      () => undefined,
    );
  }

  private async readOrHold(memory: Memory<T>, read: () => Promise<T>): Promise<T> {
    try {
      const value = await read();
      memory.last = { value };
      return value;
    } catch (error) {
      memory.until = Number.NEGATIVE_INFINITY;
      memory.aheadAt = Number.POSITIVE_INFINITY;
      if (!this.isOutage(error)) throw error;
      const { freshMs, otherwise } = this.settings;
      const { last } = memory;
      // From now on: a connection may be waited for longer than anything is fresh.
      memory.until = this.clock.now() + (last ? freshMs : Math.min(freshMs, UNKNOWN_MS));
      return last ? last.value : otherwise;
    }
  }

  /** What was read longest ago goes first. */
  private keep(key: K, entry: Kept<T>): void {
    this.kept.delete(key);
    const [oldest] = this.kept.keys();
    if (this.kept.size >= this.settings.max && oldest !== undefined) this.kept.delete(oldest);
    this.kept.set(key, entry);
  }
}
