import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ENVIRONMENT, type Environment, errorText } from '#platform';
import { DRAIN_EXPORTS, type DrainExports, PURGE_EXPORTS, type PurgeExports } from '#report';

const PURGE_EVERY_MS = 60_000;

/**
 * Writes exports that the queue did not bring or whose worker died, on a plain timer. At the start and every minute it lets go of
 * files that are kept no longer.
 */
@Injectable()
export class ExportSweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Export');
  private timer: NodeJS.Timeout | undefined;
  private purging: Promise<void> = Promise.resolve();
  private purgedAt = -Infinity;
  private stopped = false;

  constructor(
    @Inject(DRAIN_EXPORTS) private readonly drain: DrainExports,
    @Inject(PURGE_EXPORTS) private readonly purge: PurgeExports,
    @Inject(ENVIRONMENT) private readonly environment: Environment,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.drain.stop();
    await this.purging;
  }

  private schedule(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.sweep();
      this.schedule();
    }, this.environment.sweepIntervalMs);
  }

  /** Waits for nothing: a file may take minutes. */
  private sweep(): void {
    this.drain.run().catch((error: unknown) => this.complain(error));
    if (performance.now() - this.purgedAt < PURGE_EVERY_MS) return;
    this.purgedAt = performance.now();
    this.purging = this.purging.then(() => this.purge.run()).catch((error: unknown) => this.complain(error));
  }

  private complain(error: unknown): void {
    this.logger.warn(`could not export: ${errorText(error)}`);
  }
}
