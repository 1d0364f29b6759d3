import { Module } from '@nestjs/common';
import { POOL_COST_READER, type PoolCostReader } from '#cost-record';
import { CostRecordModule } from '#cost-record/nest';
import { CLOSED_PERIODS, type ClosedPeriods, EXPLORE_PERIOD, type ExplorePeriod } from '#statement';
import { StatementModule } from '#statement/nest';
import { EXPLORE_UNIT_COSTS, ExploreUnitCosts } from './service/explore-unit-costs.js';
import { EXPORT_CHARGEBACK, ExportChargeback } from './service/export-chargeback.js';
import { EXPORT_FOCUS, ExportFocus } from './service/export-focus.js';

@Module({
  imports: [StatementModule, CostRecordModule],
  providers: [
    {
      provide: EXPORT_CHARGEBACK,
      useFactory: (periods: ClosedPeriods) => new ExportChargeback(periods),
      inject: [CLOSED_PERIODS],
    },
    {
      provide: EXPORT_FOCUS,
      useFactory: (periods: ClosedPeriods, pools: PoolCostReader) => new ExportFocus(periods, pools),
      inject: [CLOSED_PERIODS, POOL_COST_READER],
    },
    {
      provide: EXPLORE_UNIT_COSTS,
      useFactory: (periods: ExplorePeriod) => new ExploreUnitCosts(periods),
      inject: [EXPLORE_PERIOD],
    },
  ],
  exports: [EXPLORE_UNIT_COSTS, EXPORT_CHARGEBACK, EXPORT_FOCUS],
})
export class ReportModule {}
