import { Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Clock } from '#calendar';
import { TEAM_DIRECTORY, type TeamDirectory } from '#directory';
import { DirectoryModule } from '#directory/nest';
import { CLOCK } from '#platform';
import { SqlCountLedger } from './adapter/sql-count-ledger.js';
import { SqlQuotaDefinitionStore } from './adapter/sql-definition-store.js';
import { SqlQuotaCatalogReader } from './adapter/sql-quota-catalog-reader.js';
import { SqlQuotaStore } from './adapter/sql-quota-store.js';
import { COUNT_LEDGER } from './service/count-ledger.js';
import { QUOTA_CATALOG_READER } from './service/quota-catalog.js';
import { QUOTA_OVERRIDES, QuotaOverrides } from './service/quota-overrides.js';
import { QUOTA_STORE } from './service/quota-store.js';
import { QUOTA_TRANSFERS, QuotaTransfers } from './service/quota-transfers.js';
import { QUOTAS, Quotas } from './service/quotas.js';

/** What is said of quotas. */
@Module({
  imports: [DirectoryModule],
  providers: [
    {
      provide: QUOTA_CATALOG_READER,
      useFactory: (db: DataSource) => new SqlQuotaCatalogReader(db),
      inject: [DataSource],
    },
    {
      provide: QUOTAS,
      useFactory: (db: DataSource, clock: Clock) => new Quotas(new SqlQuotaDefinitionStore(db), clock),
      inject: [DataSource, CLOCK],
    },
    {
      provide: QUOTA_OVERRIDES,
      useFactory: (db: DataSource, clock: Clock) => new QuotaOverrides(new SqlQuotaDefinitionStore(db), clock),
      inject: [DataSource, CLOCK],
    },
    {
      provide: QUOTA_TRANSFERS,
      useFactory: (db: DataSource, teams: TeamDirectory, clock: Clock) =>
        new QuotaTransfers(new SqlQuotaDefinitionStore(db), teams, clock),
      inject: [DataSource, TEAM_DIRECTORY, CLOCK],
    },
  ],
  exports: [QUOTA_CATALOG_READER, QUOTAS, QUOTA_OVERRIDES, QUOTA_TRANSFERS],
})
export class QuotaDefinitionsModule {}

@Module({
  providers: [
    { provide: COUNT_LEDGER, useFactory: (db: DataSource) => new SqlCountLedger(db), inject: [DataSource] },
    { provide: QUOTA_STORE, useFactory: (db: DataSource) => new SqlQuotaStore(db), inject: [DataSource] },
  ],
  exports: [COUNT_LEDGER, QUOTA_STORE],
})
export class QuotaModule {}
