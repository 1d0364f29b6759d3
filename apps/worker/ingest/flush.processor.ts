import { Processor, WorkerHost } from '@nestjs/bullmq';
import { Inject } from '@nestjs/common';
import { DRAIN_INBOX, type DrainInbox } from '#ingest';
import { INGEST_QUEUE } from '#ingest/nest';
import { WORKER_OPTIONS } from '#platform/nest';

/**
 * Flushes when a job says that inbox rows wait. Which rows it names does not matter: the oldest go first, whoever named
 * them, so jobs may be lost, doubled and out of order. Lanes bound the work; a job more than that ends at once.
 */
@Processor(INGEST_QUEUE, { ...WORKER_OPTIONS, concurrency: 64 })
export class FlushProcessor extends WorkerHost {
  constructor(@Inject(DRAIN_INBOX) private readonly drain: DrainInbox) {
    super();
  }

  async process(): Promise<void> {
    await this.drain.run();
  }
}
