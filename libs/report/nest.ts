import { Module } from '@nestjs/common';
import { DRAFT_PERIOD, type DraftPeriod } from '#statement';
import { StatementModule } from '#statement/nest';
import { EXPORT_CHARGEBACK, ExportChargeback } from './service/export-chargeback.js';

@Module({
  imports: [StatementModule],
  providers: [
    {
      provide: EXPORT_CHARGEBACK,
      useFactory: (drafts: DraftPeriod) => new ExportChargeback(drafts),
      inject: [DRAFT_PERIOD],
    },
  ],
  exports: [EXPORT_CHARGEBACK],
})
export class ReportModule {}
