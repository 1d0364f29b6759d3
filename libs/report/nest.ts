import { Logger, Module } from '@nestjs/common';
import type { Registry } from 'prom-client';
import { DataSource } from 'typeorm';
import type { Clock } from '#calendar';
import { POOL_COST_READER, type PoolCostReader } from '#cost-record';
import { CostRecordModule } from '#cost-record/nest';
import { CLOCK, ENVIRONMENT, type Environment, errorText, METRICS, QUEUE, type QueuePort, UUIDV7 } from '#platform';
import { CLOSED_PERIODS, type ClosedPeriods, EXPLORE_PERIOD, type ExplorePeriod } from '#statement';
import { StatementModule } from '#statement/nest';
import { observeExports } from './adapter/export-gauges.js';
import { fileWriters } from './adapter/file-writers.js';
import { SqlExportJobs } from './adapter/sql-export-jobs.js';
import { SqlExportWork } from './adapter/sql-export-work.js';
import { SqlLedgerCodes } from './adapter/sql-ledger-codes.js';
import { DRAIN_EXPORTS, DrainExports } from './service/drain-exports.js';
import { EXPLORE_UNIT_COSTS, ExploreUnitCosts } from './service/explore-unit-costs.js';
import { EXPORT_JOB_STORE, type ExportJobStore } from './service/export-job-store.js';
import { EXPORT_JOBS, ExportJobs } from './service/export-jobs.js';
import { EXPORT_PERIOD, ExportPeriod } from './service/export-period.js';
import { EXPORT_WORK_STORE, type ExportWorkStore } from './service/export-work-store.js';
import { LEDGER_CODE_STORE, type LedgerCodeStore } from './service/ledger-code-store.js';
import { LEDGER_CODES, LedgerCodes } from './service/ledger-codes.js';
import { PURGE_EXPORTS, PurgeExports } from './service/purge-exports.js';
import { RunExports } from './service/run-exports.js';

/** The queue that the worker of exports listens to. */
export const EXPORT_QUEUE = 'export';

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
    { provide: EXPORT_JOB_STORE, useFactory: (db: DataSource) => new SqlExportJobs(db), inject: [DataSource] },
    { provide: EXPORT_WORK_STORE, useFactory: createWorkStore, inject: [DataSource, METRICS] },
    {
      provide: EXPORT_JOBS,
      useFactory: createExportJobs,
      inject: [EXPORT_JOB_STORE, CLOSED_PERIODS, CLOCK, UUIDV7, QUEUE],
    },
    {
      provide: DRAIN_EXPORTS,
      useFactory: (store: ExportWorkStore, exports: ExportPeriod, clock: Clock, environment: Environment) => {
        const settings = { retentionMs: environment.exportRetentionMs, bytesMax: environment.exportMaxBytes };
        return new DrainExports(new RunExports(store, exports, clock, settings));
      },
      inject: [EXPORT_WORK_STORE, EXPORT_PERIOD, CLOCK, ENVIRONMENT],
    },
    {
      provide: PURGE_EXPORTS,
      useFactory: (store: ExportWorkStore, clock: Clock, { exportMaxBytes }: Environment) =>
        new PurgeExports(store, clock, exportMaxBytes),
      inject: [EXPORT_WORK_STORE, CLOCK, ENVIRONMENT],
    },
  ],
  exports: [DRAIN_EXPORTS, EXPLORE_UNIT_COSTS, EXPORT_JOBS, EXPORT_PERIOD, LEDGER_CODES, PURGE_EXPORTS],
})
export class ReportModule {}

function createWorkStore(db: DataSource, registry: Registry): ExportWorkStore {
  const store = new SqlExportWork(db);
  observeExports(registry, store);
  return store;
}

function createExportJobs(
  store: ExportJobStore,
  periods: ClosedPeriods,
  clock: Clock,
  newId: () => string,
  queue: QueuePort,
): ExportJobs {
  const logger = new Logger('Export');
  return new ExportJobs(store, periods, clock, newId, ({ accountId, exportId }) => {
    queue
      .enqueue(EXPORT_QUEUE, [{ name: 'export', payload: { accountId, exportId } }])
      .catch((error: unknown) =>
        logger.debug(`the worker was not told, the sweeper will find it: ${errorText(error)}`),
      );
  });
}
