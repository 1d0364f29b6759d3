import { Module } from '@nestjs/common';
import { AuditModule } from './audit/audit.module.js';
import { AuthModule } from './auth/auth.module.js';
import { CapacityPurchasesModule } from './capacity-purchases/capacity-purchases.module.js';
import { CostCentersModule } from './cost-centers/cost-centers.module.js';
import { CostRecordsModule } from './cost-records/cost-records.module.js';
import { EventsModule } from './events/events.module.js';
import { ExportsModule } from './exports/exports.module.js';
import { InvoicesModule } from './invoices/invoices.module.js';
import { KeysModule } from './keys/keys.module.js';
import { MappingRulesModule } from './mapping-rules/mapping-rules.module.js';
import { NotificationsModule } from './notifications/notifications.module.js';
import { PoolsModule } from './pools/pools.module.js';
import { PricesModule } from './prices/prices.module.js';
import { QuotaDefinitionsModule } from './quota/definitions/quota-definitions.module.js';
import { QuotaModule } from './quota/quota.module.js';
import { SharedCostsModule } from './shared-costs/shared-costs.module.js';
import { StatementsModule } from './statements/statements.module.js';
import { TeamsModule } from './teams/teams.module.js';
import { UnitCostsModule } from './unit-costs/unit-costs.module.js';

/** The HTTP API: one module for each area of it. */
@Module({
  imports: [
    AuthModule,
    KeysModule,
    TeamsModule,
    CostCentersModule,
    MappingRulesModule,
    PoolsModule,
    CostRecordsModule,
    CapacityPurchasesModule,
    SharedCostsModule,
    InvoicesModule,
    PricesModule,
    StatementsModule,
    ExportsModule,
    UnitCostsModule,
    EventsModule,
    AuditModule,
    QuotaModule,
    NotificationsModule,
    QuotaDefinitionsModule,
  ],
})
export class ApiModule {}
