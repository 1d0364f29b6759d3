import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { KEEP_QUOTAS, type KeepQuotas } from '#quota';
import { SweepTimer } from '../sweep-timer.js';

/** Usage counts against its quotas so soon after it is metered. */
const EVERY_MS = 200;

/** Brings metered usage into the counts of quotas, and keeps them in order. */
@Injectable()
export class QuotaSweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Quota');
  private readonly timer: SweepTimer;

  constructor(@Inject(KEEP_QUOTAS) keep: KeepQuotas) {
    this.timer = new SweepTimer({
      drain: keep,
      everyMs: EVERY_MS,
      keepHouse: (stopping) => keep.keepHouse(stopping),
      complain: (text) => this.logger.warn(`could not count: ${text}`),
    });
  }

  onApplicationBootstrap(): void {
    this.timer.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.timer.stop();
  }
}
