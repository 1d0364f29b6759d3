import type { Clock } from '#calendar';
import { fail, type Outcome, succeed } from '#outcome';
import { BytesInFlight, type HeldBytes } from './bytes-in-flight.js';
import type { Inbox } from './inbox.js';

export interface BackpressureSettings {
  readonly maxAgeMs: number;
  readonly maxWaitingEvents: number;
  /** Of the bodies of all requests at work together. */
  readonly maxInflightBytes: number;
}

const REFRESH_MS = 250;
const RETRY_AFTER_MAX_S = 30;

/**
 * Refuses new events while the worker is behind, so that what waits stays bounded. Looks at the inbox four times a second
 * at most and counts by itself in between.
 */
export class Backpressure {
  private waitingEvents = 0;
  /** When it was read: how old it has become since, if it still waits, nobody knows before the next reading. */
  private oldestAgeMs = 0;
  private readAt = -Infinity;
  private addedSince = 0;
  private reading: Promise<void> | undefined;
  private readonly inFlight: BytesInFlight;

  constructor(
    private readonly inbox: Inbox,
    private readonly clock: Clock,
    private readonly settings: BackpressureSettings,
  ) {
    this.inFlight = new BytesInFlight(settings.maxInflightBytes);
  }

  /**
   * Whether events may come in. Asked before a request's body is looked at. At once, but for a reading so far out of date that
   * the next is waited for: a promise for each single event would cost more than the answer.
   */
  admit(): Outcome<void> | Promise<Outcome<void>> {
    const staleMs = performance.now() - this.readAt;
    if (staleMs <= REFRESH_MS) return this.judge();
    if (!this.reading) {
      this.reading = this.read();
      // Who waits for it hears of its failure; who does not must not fall by it.
      this.reading.catch(() => undefined);
    }
    return staleMs > REFRESH_MS * 8 ? this.reading.then(() => this.judge()) : this.judge();
  }

  private judge(): Outcome<void> {
    const waiting = this.waitingEvents + this.addedSince;
    const ageMs = this.oldestAgeMs;
    if (ageMs <= this.settings.maxAgeMs && waiting <= this.settings.maxWaitingEvents) return succeed(undefined);
    return fail({
      kind: 'busy',
      code: 'ingest.overloaded',
      detail: `The workers are behind: ${waiting} events wait, the oldest for ${Math.round(ageMs / 1000)} s. Nothing was taken.`,
      retryAfterSeconds: retryAfterSeconds(ageMs, this.settings.maxAgeMs),
    });
  }

  /** Room for a request's body of that many bytes, to be released. Fails with `ingest.overloaded`. */
  hold(bytes: number): Outcome<HeldBytes> {
    return this.inFlight.hold(bytes);
  }

  admitted(events: number): void {
    this.addedSince += events;
  }

  private async read(): Promise<void> {
    const addedBefore = this.addedSince;
    try {
      const now = this.clock.now();
      const { waitingEvents, oldestReceivedAt } = await this.inbox.load();
      this.waitingEvents = waitingEvents;
      this.oldestAgeMs = oldestReceivedAt === null ? 0 : now - oldestReceivedAt;
      this.addedSince -= addedBefore;
      this.readAt = performance.now();
    } finally {
      this.reading = undefined;
    }
  }
}

function retryAfterSeconds(ageMs: number, maxAgeMs: number): number {
  const behindS = Math.ceil((ageMs - maxAgeMs) / 1000);
  return Math.min(Math.max(behindS, 1), RETRY_AFTER_MAX_S);
}
