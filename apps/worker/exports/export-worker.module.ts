import { Module } from '@nestjs/common';
import { ReportModule } from '#report/nest';
import { ExportProcessor } from './export.processor.js';
import { ExportSweeper } from './export-sweeper.js';

@Module({ imports: [ReportModule], providers: [ExportProcessor, ExportSweeper] })
export class ExportWorkerModule {}
