import { Module } from '@nestjs/common';
import { ExportWorkerModule } from './exports/export-worker.module.js';
import { IngestWorkerModule } from './ingest/ingest-worker.module.js';
import { NotificationWorkerModule } from './notifications/notification-worker.module.js';
import { QuotaWorkerModule } from './quota/quota-worker.module.js';

/** The queue's work: one module for each stage that has some. */
@Module({
  imports: [IngestWorkerModule, ExportWorkerModule, NotificationWorkerModule, QuotaWorkerModule],
})
export class WorkerModule {}
