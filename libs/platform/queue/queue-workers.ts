import { WorkerHost } from '@nestjs/bullmq';
import { Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { DiscoveryService } from '@nestjs/core';
import type { WorkerOptions } from 'bullmq';
import { errorText } from '../error-code.js';
import type { QueuePort } from './queue-port.js';

const LOG_EVERY_MS = 10_000;

/**
 * For `@Processor(queue, WORKER_OPTIONS)`. A worker that dies is noticed after 5 to 15 s; a job that two workers left
 * behind fails for good, which is what the sweeper is for.
 */
export const WORKER_OPTIONS = {
  concurrency: 1,
  lockDuration: 10_000,
  stalledInterval: 5_000,
  maxStalledCount: 1,
  removeOnComplete: { count: 0 },
  removeOnFail: { age: 86_400, count: 1_000 },
} as const satisfies Partial<WorkerOptions>;

/**
 * Closes the workers of all `@Processor` classes first of all when the application closes: each finishes the jobs it has
 * while the database is still there.
 */
export class QueueWorkers implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Worker');
  private lastLoggedAt = -Infinity;

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly queue: QueuePort,
  ) {}

  onApplicationBootstrap(): void {
    for (const { worker } of this.hosts()) worker.on('error', (error) => this.complain(error));
  }

  async onModuleDestroy(): Promise<void> {
    // A worker that closes in order waits for its queue to come back. A job is a call, which the sweepers make as well: to leave
    // one unfinished costs nothing.
    const isLost = await this.queue.ping().then(
      () => false,
      () => true,
    );
    await Promise.all(this.hosts().map(({ worker }) => worker.close(isLost)));
  }

  private hosts(): WorkerHost[] {
    const instances = this.discovery.getProviders().map(({ instance }: { instance: unknown }) => instance);
    return instances.filter((instance): instance is WorkerHost => instance instanceof WorkerHost);
  }

  private complain(error: Error): void {
    const now = performance.now();
    if (now - this.lastLoggedAt < LOG_EVERY_MS) return;
    this.lastLoggedAt = now;
    this.logger.warn(`a worker lost its queue: ${errorText(error)}`);
  }
}
