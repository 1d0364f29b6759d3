import { Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Clock } from '#calendar';
import { POOL_COST_READER, type PoolCostReader } from '#cost-record';
import { CostRecordModule } from '#cost-record/nest';
import { CLOCK } from '#platform';
import { CLOSED_PERIODS, type ClosedPeriods, EXPLORE_PERIOD, type ExplorePeriod } from '#statement';
import { StatementModule } from '#statement/nest';
import { fileWriters } from './adapter/file-writers.js';
import { SqlLedgerCodes } from './adapter/sql-ledger-codes.js';
import { EXPLORE_UNIT_COSTS, ExploreUnitCosts } from './service/explore-unit-costs.js';
import { EXPORT_PERIOD, ExportPeriod } from './service/export-period.js';
import { LEDGER_CODE_STORE, type LedgerCodeStore } from './service/ledger-code-store.js';
import { LEDGER_CODES, LedgerCodes } from './service/ledger-codes.js';

@Module({
  imports: [StatementModule, CostRecordModule],
  providers: [
    { provide: LEDGER_CODE_STORE, useFactory: (db: DataSource) => new SqlLedgerCodes(db), inject: [DataSource] },
    {
      provide: LEDGER_CODES,
      useFactory: (store: LedgerCodeStore, clock: Clock) => new LedgerCodes(store, clock),
      inject: [LEDGER_CODE_STORE, CLOCK],
    },
    {
      provide: EXPORT_PERIOD,
      useFactory: (periods: ClosedPeriods, pools: PoolCostReader, codes: LedgerCodeStore) =>
        new ExportPeriod(periods, pools, codes, fileWriters),
      inject: [CLOSED_PERIODS, POOL_COST_READER, LEDGER_CODE_STORE],
    },
    {
      provide: EXPLORE_UNIT_COSTS,
      useFactory: (periods: ExplorePeriod) => new ExploreUnitCosts(periods),
      inject: [EXPLORE_PERIOD],
    },
  ],
  exports: [EXPLORE_UNIT_COSTS, EXPORT_PERIOD, LEDGER_CODES],
})
export class ReportModule {}
