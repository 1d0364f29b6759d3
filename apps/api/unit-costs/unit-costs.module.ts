import { Module } from '@nestjs/common';
import { ReportModule } from '#report/nest';
import { UnitCostsController } from './unit-costs.controller.js';

@Module({ imports: [ReportModule], controllers: [UnitCostsController] })
export class UnitCostsModule {}
