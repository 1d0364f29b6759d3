import { Processor, WorkerHost } from '@nestjs/bullmq';
import { Inject, Logger } from '@nestjs/common';
import { errorText } from '#platform';
import { WORKER_OPTIONS } from '#platform/nest';
import { DRAIN_EXPORTS, type DrainExports } from '#report';
import { EXPORT_QUEUE } from '#report/nest';

/**
 * Calls the worker when a queue's job says that an export waits. Which one it names does not matter: the oldest goes first. The
 * queue's job is done when the call is made: who writes holds a lease in the database, which says more than the queue could.
 */
@Processor(EXPORT_QUEUE, WORKER_OPTIONS)
export class ExportProcessor extends WorkerHost {
  private readonly logger = new Logger('Export');

  constructor(@Inject(DRAIN_EXPORTS) private readonly drain: DrainExports) {
    super();
  }

  process(): Promise<void> {
    this.drain.run().catch((error: unknown) => this.logger.warn(`could not export: ${errorText(error)}`));
    return Promise.resolve();
  }
}
