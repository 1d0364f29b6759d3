import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Clock } from '#calendar';
import { DRAIN_INBOX, type DrainInbox, INBOX, type Inbox } from '#ingest';
import { PREPARE_MONTHS, type PrepareMonths } from '#metering';
import { CLOCK, ENVIRONMENT, type Environment, errorText } from '#platform';
import { SweepTimer } from '../sweep-timer.js';

/** One statement's worth, so that no lock is held for long. */
const PURGE_ROWS = 5_000;

/**
 * Flushes what the queue did not bring: with the queue stopped, flushed or full, events are metered all the same, only less
 * promptly. Beside that it makes the coming month ready and drops the outcomes of batches that nobody will ask for any more.
 */
@Injectable()
export class Sweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Sweeper');
  private readonly timer: SweepTimer;

  constructor(
    @Inject(DRAIN_INBOX) drain: DrainInbox,
    @Inject(INBOX) private readonly inbox: Inbox,
    @Inject(PREPARE_MONTHS) private readonly months: PrepareMonths,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(ENVIRONMENT) private readonly environment: Environment,
  ) {
    this.timer = new SweepTimer({
      drain,
      everyMs: environment.sweepIntervalMs,
      keepHouse: (stopping) => this.keepHouse(stopping),
      complain: (text) => this.complain(text),
    });
  }

  onApplicationBootstrap(): void {
    this.timer.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.timer.stop();
  }

  /** A month that cannot be made ready leaves old outcomes to be dropped all the same. */
  private async keepHouse(stopping: AbortSignal): Promise<void> {
    await this.months.run().catch((error: unknown) => this.complain(errorText(error)));
    await this.purge(stopping);
  }

  /** To the end: rows come in faster than one statement a minute could drop them. */
  private async purge(stopping: AbortSignal): Promise<void> {
    const finishedBefore = this.clock.now() - this.environment.inboxRetentionMs;
    while (!stopping.aborted) {
      if ((await this.inbox.purge(finishedBefore, PURGE_ROWS)) < PURGE_ROWS) return;
    }
  }

  private complain(text: string): void {
    this.logger.warn(`could not sweep: ${text}`);
  }
}
