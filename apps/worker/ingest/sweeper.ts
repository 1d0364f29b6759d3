import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Clock } from '#calendar';
import { DRAIN_INBOX, type DrainInbox, INBOX, type Inbox } from '#ingest';
import { PREPARE_MONTHS, type PrepareMonths } from '#metering';
import { CLOCK, ENVIRONMENT, type Environment, errorText } from '#platform';

const KEEP_HOUSE_EVERY_MS = 60_000;
/** One statement's worth, so that no lock is held for long. */
const PURGE_ROWS = 5_000;

/**
 * Flushes what the queue did not bring, on a plain timer: with the queue stopped, flushed or full, events are metered all
 * the same, only less promptly. Beside that, at the start and every minute, it makes the coming month ready and drops the outcomes of batches that nobody will
 * ask for any more.
 */
@Injectable()
export class Sweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Sweeper');
  private timer: NodeJS.Timeout | undefined;
  private housekeeping: Promise<void> = Promise.resolve();
  private houseKeptAt = -Infinity;
  private stopped = false;

  constructor(
    @Inject(DRAIN_INBOX) private readonly drain: DrainInbox,
    @Inject(INBOX) private readonly inbox: Inbox,
    @Inject(PREPARE_MONTHS) private readonly months: PrepareMonths,
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
    await this.housekeeping;
  }

  private schedule(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.sweep();
      this.schedule();
    }, this.environment.sweepIntervalMs);
  }

  /** Waits for nothing: under a steady load a lane works on and on, and a purge may be long. */
  private sweep(): void {
    this.drain.run().catch((error: unknown) => this.complain(error));
    if (performance.now() - this.houseKeptAt < KEEP_HOUSE_EVERY_MS) return;
    this.houseKeptAt = Infinity;
    this.housekeeping = this.keepHouse().finally(() => {
      this.houseKeptAt = performance.now();
    });
  }

  /** What fails is tried again next time. */
  private async keepHouse(): Promise<void> {
    await this.months.run().catch((error: unknown) => this.complain(error));
    await this.purge().catch((error: unknown) => this.complain(error));
  }

  private complain(error: unknown): void {
    this.logger.warn(`could not sweep: ${errorText(error)}`);
  }

  /** To the end: rows come in faster than one statement a minute could drop them. */
  private async purge(): Promise<void> {
    const finishedBefore = this.clock.now() - this.environment.inboxRetentionMs;
    while (!this.stopped) {
      if ((await this.inbox.purge(finishedBefore, PURGE_ROWS)) < PURGE_ROWS) return;
    }
  }
}
