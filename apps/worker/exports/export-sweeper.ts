import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ENVIRONMENT, type Environment } from '#platform';
import { DRAIN_EXPORTS, type DrainExports, PURGE_EXPORTS, type PurgeExports } from '#report';
import { SweepTimer } from '../sweep-timer.js';

/** Writes exports that the queue did not bring or whose worker died; lets go of files that are kept no longer. */
@Injectable()
export class ExportSweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Export');
  private readonly timer: SweepTimer;

  constructor(
    @Inject(DRAIN_EXPORTS) drain: DrainExports,
    @Inject(PURGE_EXPORTS) purge: PurgeExports,
    @Inject(ENVIRONMENT) { sweepIntervalMs }: Environment,
  ) {
    this.timer = new SweepTimer({
      drain,
      everyMs: sweepIntervalMs,
      keepHouse: () => purge.run(),
      complain: (text) => this.logger.warn(`could not export: ${text}`),
    });
  }

  onApplicationBootstrap(): void {
    this.timer.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.timer.stop();
  }
}
