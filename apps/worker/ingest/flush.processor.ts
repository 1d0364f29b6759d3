import { Processor, WorkerHost } from '@nestjs/bullmq';
import { Inject, Logger } from '@nestjs/common';
import { DRAIN_INBOX, type DrainInbox } from '#ingest';
import { INGEST_QUEUE } from '#ingest/nest';
import { errorText } from '#platform';
import { WORKER_OPTIONS } from '#platform/nest';

/**
 * Calls the worker when a job says that inbox rows wait. Which rows it names does not matter: the oldest go first, whoever
 * named them, so jobs may be lost, doubled and out of order. A job is done when the call is made, not when the rows are: a
 * stop need not wait for senders to pause, and what is left over is the sweeper's.
 */
@Processor(INGEST_QUEUE, WORKER_OPTIONS)
export class FlushProcessor extends WorkerHost {
  private readonly logger = new Logger('Ingest');

  constructor(@Inject(DRAIN_INBOX) private readonly drain: DrainInbox) {
    super();
  }

  process(): Promise<void> {
    this.drain.run().catch((error: unknown) => this.logger.warn(`could not flush: ${errorText(error)}`));
    return Promise.resolve();
  }
}
