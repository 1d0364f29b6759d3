import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import {
  DRAIN_NOTIFICATIONS,
  type DrainNotifications,
  PURGE_NOTIFICATIONS,
  type PurgeNotifications,
} from '#notification';
import { ENVIRONMENT, type Environment } from '#platform';
import { SweepTimer } from '../sweep-timer.js';

/** Delivers what nobody called for: what the queue lost, what is due again, what a dead sender left. Forgets what is old. */
@Injectable()
export class NotificationSweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Notification');
  private readonly timer: SweepTimer;

  constructor(
    @Inject(DRAIN_NOTIFICATIONS) drain: DrainNotifications,
    @Inject(PURGE_NOTIFICATIONS) purge: PurgeNotifications,
    @Inject(ENVIRONMENT) { sweepIntervalMs }: Environment,
  ) {
    this.timer = new SweepTimer({
      drain,
      everyMs: sweepIntervalMs,
      keepHouse: (stopping) => purge.run(stopping),
      complain: (text) => this.logger.warn(`could not deliver: ${text}`),
    });
  }

  onApplicationBootstrap(): void {
    this.timer.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.timer.stop();
  }
}
