import { Module } from '@nestjs/common';
import { POOL_COST_READER, type PoolCostReader } from '#cost-record';
import { CostRecordModule } from '#cost-record/nest';
import { DRAFT_PERIOD, type DraftPeriod } from '#statement';
import { StatementModule } from '#statement/nest';
import { EXPORT_CHARGEBACK, ExportChargeback } from './service/export-chargeback.js';
import { EXPORT_FOCUS, ExportFocus } from './service/export-focus.js';

@Module({
  imports: [StatementModule, CostRecordModule],
  providers: [
    {
      provide: EXPORT_CHARGEBACK,
      useFactory: (drafts: DraftPeriod) => new ExportChargeback(drafts),
      inject: [DRAFT_PERIOD],
    },
    {
      provide: EXPORT_FOCUS,
      useFactory: (drafts: DraftPeriod, pools: PoolCostReader) => new ExportFocus(drafts, pools),
      inject: [DRAFT_PERIOD, POOL_COST_READER],
    },
  ],
  exports: [EXPORT_CHARGEBACK, EXPORT_FOCUS],
})
export class ReportModule {}
