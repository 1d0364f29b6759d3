import { Module } from '@nestjs/common';
import { ExportWorkerModule } from './exports/export-worker.module.js';
import { IngestWorkerModule } from './ingest/ingest-worker.module.js';

/** The queue's work: one module for each stage that has some. */
@Module({
  imports: [IngestWorkerModule, ExportWorkerModule],
})
export class WorkerModule {}
