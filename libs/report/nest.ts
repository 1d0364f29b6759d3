import { Module } from '@nestjs/common';
import { CLOSED_PERIODS, type ClosedPeriods } from '#statement';
import { StatementModule } from '#statement/nest';
import { EXPORT_CHARGEBACK, ExportChargeback } from './service/export-chargeback.js';

@Module({
  imports: [StatementModule],
  providers: [
    {
      provide: EXPORT_CHARGEBACK,
      useFactory: (periods: ClosedPeriods) => new ExportChargeback(periods),
      inject: [CLOSED_PERIODS],
    },
  ],
  exports: [EXPORT_CHARGEBACK],
})
export class ReportModule {}
