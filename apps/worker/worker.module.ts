import { Module } from '@nestjs/common';
import { IngestWorkerModule } from './ingest/ingest-worker.module.js';

/** The queue's work: one module for each stage that has some. */
@Module({
  imports: [IngestWorkerModule],
})
export class WorkerModule {}
