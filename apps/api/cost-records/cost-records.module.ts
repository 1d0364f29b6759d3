import { Module } from '@nestjs/common';
import { CostRecordModule } from '#cost-record/nest';
import { CsvBodyModule } from '../tables/csv-body.module.js';
import { CostRecordsController } from './cost-records.controller.js';

@Module({ imports: [CostRecordModule, CsvBodyModule], controllers: [CostRecordsController] })
export class CostRecordsModule {}
