import { Module } from '@nestjs/common';
import { CostRecordModule } from '#cost-record/nest';
import { CsvBodyModule } from '../tables/csv-body.module.js';
import { SharedCostsController } from './shared-costs.controller.js';

@Module({ imports: [CostRecordModule, CsvBodyModule], controllers: [SharedCostsController] })
export class SharedCostsModule {}
