import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { Clock } from '#calendar';
import { ACCOUNT_READER, type AccountReader } from '#directory';
import { DirectoryModule } from '#directory/nest';
import { CLOCK, UUIDV7 } from '#platform';
import { SqlCostRecordStore } from './adapter/sql-cost-record-store.js';
import { SqlPoolCostReader } from './adapter/sql-pool-cost-reader.js';
import { COST_RECORD_ENTITIES, TypeormPoolStore } from './adapter/typeorm-pool-store.js';
import type { CostRecordStore } from './service/cost-record-store.js';
import { COST_RECORDS, CostRecords } from './service/cost-records.js';
import { IMPORT_COST_RECORDS, ImportCostRecords } from './service/import-cost-records.js';
import { POOL_COST_READER } from './service/pool-cost-reader.js';
import { POOLS, Pools } from './service/pools.js';

const COST_RECORD_STORE = Symbol('CostRecordStore');

@Module({
  imports: [TypeOrmModule.forFeature(COST_RECORD_ENTITIES), DirectoryModule],
  providers: [
    {
      provide: COST_RECORD_STORE,
      useFactory: (db: DataSource, newId: () => string) => new SqlCostRecordStore(db, newId),
      inject: [DataSource, UUIDV7],
    },
    { provide: POOL_COST_READER, useFactory: (db: DataSource) => new SqlPoolCostReader(db), inject: [DataSource] },
    {
      provide: POOLS,
      useFactory: (db: DataSource, clock: Clock) => new Pools(new TypeormPoolStore(db), clock),
      inject: [DataSource, CLOCK],
    },
    {
      provide: COST_RECORDS,
      useFactory: (store: CostRecordStore) => new CostRecords(store),
      inject: [COST_RECORD_STORE],
    },
    {
      provide: IMPORT_COST_RECORDS,
      useFactory: (store: CostRecordStore, accounts: AccountReader, clock: Clock) =>
        new ImportCostRecords(store, accounts, clock),
      inject: [COST_RECORD_STORE, ACCOUNT_READER, CLOCK],
    },
  ],
  exports: [POOL_COST_READER, POOLS, COST_RECORDS, IMPORT_COST_RECORDS],
})
export class CostRecordModule {}
