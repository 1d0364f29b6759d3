import { Module } from '@nestjs/common';
import { CostRecordModule } from '#cost-record/nest';
import { CsvBodyModule } from '../tables/csv-body.module.js';
import { CapacityPurchasesController } from './capacity-purchases.controller.js';

@Module({ imports: [CostRecordModule, CsvBodyModule], controllers: [CapacityPurchasesController] })
export class CapacityPurchasesModule {}
