import { Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { SqlCountLedger } from './adapter/sql-count-ledger.js';
import { SqlQuotaStore } from './adapter/sql-quota-store.js';
import { COUNT_LEDGER } from './service/count-ledger.js';
import { QUOTA_STORE } from './service/quota-store.js';

@Module({
  providers: [
    { provide: COUNT_LEDGER, useFactory: (db: DataSource) => new SqlCountLedger(db), inject: [DataSource] },
    { provide: QUOTA_STORE, useFactory: (db: DataSource) => new SqlQuotaStore(db), inject: [DataSource] },
  ],
  exports: [COUNT_LEDGER, QUOTA_STORE],
})
export class QuotaModule {}
