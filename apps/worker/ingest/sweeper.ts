import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Clock } from '#calendar';
import { DRAIN_INBOX, type DrainInbox, INBOX, type Inbox } from '#ingest';
import { CLOCK, ENVIRONMENT, type Environment, errorText } from '#platform';

const PURGE_EVERY_MS = 60_000;
const PURGE_ROWS = 5_000;

/**
 * Flushes what the queue did not bring, on a plain timer: with the queue stopped, flushed or full, events are metered all
 * the same, only less promptly. Beside that it drops the outcomes of batches that nobody will ask for any more.
 */
@Injectable()
export class Sweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Sweeper');
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> = Promise.resolve();
  private purgedAt = -Infinity;
  private stopped = false;

  constructor(
    @Inject(DRAIN_INBOX) private readonly drain: DrainInbox,
    @Inject(INBOX) private readonly inbox: Inbox,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(ENVIRONMENT) private readonly environment: Environment,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.drain.stop();
    await this.sweeping;
  }

  private schedule(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.sweeping = this.sweep().then(() => this.schedule());
    }, this.environment.sweepIntervalMs);
  }

  private async sweep(): Promise<void> {
    // Not waited for: under a steady load a lane works on and on.
    this.drain.run().catch((error: unknown) => this.complain(error));
    try {
      await this.purge();
    } catch (error) {
      this.complain(error);
    }
  }

  /** It is tried again with the next tick. */
  private complain(error: unknown): void {
    this.logger.warn(`could not sweep: ${errorText(error)}`);
  }

  private async purge(): Promise<void> {
    if (performance.now() - this.purgedAt < PURGE_EVERY_MS) return;
    this.purgedAt = performance.now();
    await this.inbox.purge(this.clock.now() - this.environment.inboxRetentionMs, PURGE_ROWS);
  }
}
