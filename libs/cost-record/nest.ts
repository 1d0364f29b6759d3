import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { Clock } from '#calendar';
import { ACCOUNT_READER, type AccountReader } from '#directory';
import { DirectoryModule } from '#directory/nest';
import { CLOCK, UUIDV7 } from '#platform';
import { SqlCostRecordStore } from './adapter/sql-cost-record-store.js';
import { SqlPoolCostReader } from './adapter/sql-pool-cost-reader.js';
import { SqlPurchaseStore } from './adapter/sql-purchase-store.js';
import { SqlSharedCostReader } from './adapter/sql-shared-cost-reader.js';
import { SqlSharedCostStore } from './adapter/sql-shared-cost-store.js';
import { SqlSharedPoolStore } from './adapter/sql-shared-pool-store.js';
import { COST_RECORD_ENTITIES, TypeormPoolStore } from './adapter/typeorm-pool-store.js';
import type { CostRecordStore } from './service/cost-record-store.js';
import { COST_RECORDS, CostRecords } from './service/cost-records.js';
import { IMPORT_COST_RECORDS, ImportCostRecords } from './service/import-cost-records.js';
import { IMPORT_PURCHASES, ImportPurchases } from './service/import-purchases.js';
import { IMPORT_SHARED_COSTS, ImportSharedCosts } from './service/import-shared-costs.js';
import { POOL_COST_READER } from './service/pool-cost-reader.js';
import { POOLS, Pools } from './service/pools.js';
import type { PurchaseStore } from './service/purchase-store.js';
import { PURCHASES, Purchases } from './service/purchases.js';
import { SHARED_COST_READER } from './service/shared-cost-reader.js';
import type { SharedCostStore } from './service/shared-cost-store.js';
import { SHARED_COSTS, SharedCosts } from './service/shared-costs.js';
import { SHARED_POOLS, SharedPools } from './service/shared-pools.js';

const COST_RECORD_STORE = Symbol('CostRecordStore');
const PURCHASE_STORE = Symbol('PurchaseStore');
const SHARED_COST_STORE = Symbol('SharedCostStore');

@Module({
  imports: [TypeOrmModule.forFeature(COST_RECORD_ENTITIES), DirectoryModule],
  providers: [
    {
      provide: COST_RECORD_STORE,
      useFactory: (db: DataSource, newId: () => string) => new SqlCostRecordStore(db, newId),
      inject: [DataSource, UUIDV7],
    },
    { provide: PURCHASE_STORE, useFactory: (db: DataSource) => new SqlPurchaseStore(db), inject: [DataSource] },
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
    {
      provide: PURCHASES,
      useFactory: (store: PurchaseStore) => new Purchases(store),
      inject: [PURCHASE_STORE],
    },
    {
      provide: IMPORT_PURCHASES,
      useFactory: (store: PurchaseStore, pools: CostRecordStore, accounts: AccountReader, clock: Clock) =>
        new ImportPurchases(store, pools, accounts, clock),
      inject: [PURCHASE_STORE, COST_RECORD_STORE, ACCOUNT_READER, CLOCK],
    },
    {
      provide: SHARED_COST_STORE,
      useFactory: (db: DataSource, newId: () => string) => new SqlSharedCostStore(db, newId),
      inject: [DataSource, UUIDV7],
    },
    { provide: SHARED_COST_READER, useFactory: (db: DataSource) => new SqlSharedCostReader(db), inject: [DataSource] },
    {
      provide: SHARED_POOLS,
      useFactory: (db: DataSource, clock: Clock) => new SharedPools(new SqlSharedPoolStore(db), clock),
      inject: [DataSource, CLOCK],
    },
    {
      provide: SHARED_COSTS,
      useFactory: (store: SharedCostStore) => new SharedCosts(store),
      inject: [SHARED_COST_STORE],
    },
    {
      provide: IMPORT_SHARED_COSTS,
      useFactory: (store: SharedCostStore, accounts: AccountReader, clock: Clock) =>
        new ImportSharedCosts(store, accounts, clock),
      inject: [SHARED_COST_STORE, ACCOUNT_READER, CLOCK],
    },
  ],
  exports: [
    POOL_COST_READER,
    POOLS,
    COST_RECORDS,
    IMPORT_COST_RECORDS,
    PURCHASES,
    IMPORT_PURCHASES,
    SHARED_COST_READER,
    SHARED_POOLS,
    SHARED_COSTS,
    IMPORT_SHARED_COSTS,
  ],
})
export class CostRecordModule {}
