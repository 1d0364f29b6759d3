import { Module } from '@nestjs/common';
import { DirectoryModule } from '#directory/nest';
import { ReportModule } from '#report/nest';
import { ExportsController } from './exports.controller.js';

@Module({ imports: [ReportModule, DirectoryModule], controllers: [ExportsController] })
export class ExportsModule {}
