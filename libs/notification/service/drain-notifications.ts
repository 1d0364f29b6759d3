import type { DeliverNotifications } from './deliver-notifications.js';

export const DRAIN_NOTIFICATIONS = Symbol('DrainNotifications');

/** Attempts of one process at a time. */
const SIDE_BY_SIDE = 8;

/** Delivers while anything is due, some attempts side by side, whoever asks and however often. */
export class DrainNotifications {
  private preparing: Promise<void> | undefined;
  private dispatching: Promise<void> | undefined;
  private readonly underWay = new Set<Promise<void>>();
  /** Counts who rang, so that one about to end sees that somebody came after its last look. */
  private rings = 0;
  private ring: () => void = () => undefined;
  private readonly failures: { readonly error: unknown }[] = [];
  private stopped = false;

  constructor(private readonly deliver: Pick<DeliverNotifications, 'prepare' | 'claim' | 'attempt'>) {}

  /** Resolves when nothing is due, or at once when somebody is at it already. Throws what the store throws. */
  async run(): Promise<void> {
    if (this.stopped) return;
    this.preparing ??= this.prepare().finally(() => {
      this.preparing = undefined;
    });
    await this.preparing;
    this.rings += 1;
    this.ring();
    if (this.dispatching || this.isStopped()) return;
    this.dispatching = this.dispatch().finally(() => {
      this.dispatching = undefined;
    });
    await this.dispatching;
  }

  /** Lets attempts under way end, which they do in time, and begins no more. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.ring();
    await Promise.allSettled([this.preparing, this.dispatching]);
  }

  private async prepare(): Promise<void> {
    while (!this.isStopped() && (await this.deliver.prepare())) continue;
  }

  private async dispatch(): Promise<void> {
    while (!this.isStopped() && this.failures.length === 0) {
      const { rings } = this;
      if (this.underWay.size < SIDE_BY_SIDE && (await this.begin())) continue;
      if (rings !== this.rings) continue;
      if (this.underWay.size === 0) break;
      // What ends may have held up others of its channel; who rings has found more.
      await Promise.race([...this.underWay, this.bell()]);
    }
    await Promise.all(this.underWay);
    const [failure] = this.failures.splice(0);
    if (failure) throw failure.error;
  }

  private async begin(): Promise<boolean> {
    try {
      const claim = await this.deliver.claim();
      if (!claim) return false;
      const attempt: Promise<void> = this.deliver
        .attempt(claim)
        .then(
          () => undefined,
          (error: unknown) => void this.failures.push({ error }),
        )
        .finally(() => this.underWay.delete(attempt));
      this.underWay.add(attempt);
      return true;
    } catch (error) {
      this.failures.push({ error });
      return false;
    }
  }

  private bell(): Promise<void> {
    return new Promise((resolve) => {
      this.ring = resolve;
    });
  }

  /** For the compiler, which does not know that it changes while one waits. */
  private isStopped(): boolean {
    return this.stopped;
  }
}
