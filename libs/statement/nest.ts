import { Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Clock } from '#calendar';
import { POOL_COST_READER, type PoolCostReader } from '#cost-record';
import { CostRecordModule } from '#cost-record/nest';
import { ACCOUNT_READER, type AccountReader, TEAM_READER, type TeamReader } from '#directory';
import { DirectoryModule } from '#directory/nest';
import {
  METERED_USAGE_READER,
  type MeteredUsageReader,
  USAGE_BLOCK_READER,
  USAGE_SNAPSHOTS,
  type UsageBlockReader,
  type UsageSnapshots,
} from '#metering';
import { MeteringModule } from '#metering/nest';
import { CLOCK } from '#platform';
import { PRICE_BOOK_READER, type PriceBookReader } from '#pricing';
import { PricingModule } from '#pricing/nest';
import { SqlIntakeReader } from './adapter/sql-intake-reader.js';
import { DRAFT_PERIOD, DraftPeriod } from './service/draft-period.js';
import { INTAKE_READER, type IntakeReader } from './service/intake-reader.js';
import { LoadBillInputs } from './service/load-bill-inputs.js';
import { VERIFY_PERIOD, VerifyPeriod } from './service/verify-period.js';

const LOAD_BILL_INPUTS = Symbol('LoadBillInputs');

@Module({
  imports: [DirectoryModule, PricingModule, CostRecordModule, MeteringModule],
  providers: [
    { provide: INTAKE_READER, useFactory: (db: DataSource) => new SqlIntakeReader(db), inject: [DataSource] },
    {
      provide: LOAD_BILL_INPUTS,
      useFactory: (
        accounts: AccountReader,
        teams: TeamReader,
        pools: PoolCostReader,
        prices: PriceBookReader,
        clock: Clock,
      ) => new LoadBillInputs(accounts, teams, pools, prices, clock),
      inject: [ACCOUNT_READER, TEAM_READER, POOL_COST_READER, PRICE_BOOK_READER, CLOCK],
    },
    {
      provide: DRAFT_PERIOD,
      useFactory: (inputs: LoadBillInputs, blocks: UsageBlockReader, usage: MeteredUsageReader) =>
        new DraftPeriod(inputs, blocks, usage),
      inject: [LOAD_BILL_INPUTS, USAGE_BLOCK_READER, METERED_USAGE_READER],
    },
    {
      provide: VERIFY_PERIOD,
      useFactory: (
        inputs: LoadBillInputs,
        drafts: DraftPeriod,
        usage: MeteredUsageReader,
        intake: IntakeReader,
        snapshots: UsageSnapshots,
      ) => new VerifyPeriod(inputs, drafts, usage, intake, snapshots),
      inject: [LOAD_BILL_INPUTS, DRAFT_PERIOD, METERED_USAGE_READER, INTAKE_READER, USAGE_SNAPSHOTS],
    },
  ],
  exports: [DRAFT_PERIOD, VERIFY_PERIOD],
})
export class StatementModule {}
