import { Inject, Logger, Module, type OnModuleInit } from '@nestjs/common';
import type { Registry } from 'prom-client';
import { DataSource } from 'typeorm';
import type { Clock } from '#calendar';
import {
  ACCOUNT_READER,
  type AccountReader,
  COST_CENTER_READER,
  type CostCenterReader,
  TEAM_DIRECTORY,
  type TeamDirectory,
} from '#directory';
import { DirectoryModule } from '#directory/nest';
import { DIMENSION_READER, type DimensionReader, USAGE_TAPS, type UsageTaps } from '#metering';
import { MeteringModule } from '#metering/nest';
import { NOTIFICATION_OUTBOX, type NotificationOutbox } from '#notification';
import { NotificationModule } from '#notification/nest';
import { CLOCK, ENVIRONMENT, type Environment, errorText, isOutOfReach, METRICS, UUIDV7 } from '#platform';
import { RedisConnection } from '#platform/nest';
import { PRICE_SOURCES, type PriceSources } from '#pricing';
import { PricingModule } from '#pricing/nest';
import { EXPLORE_UNIT_COSTS, type ExploreUnitCosts } from '#report';
import { ReportModule } from '#report/nest';
import { PrometheusQuotaMetrics } from './adapter/prometheus-quota-metrics.js';
import { RedisQuotaStore } from './adapter/redis/redis-quota-store.js';
import { SqlAlertDesk } from './adapter/sql-alert-desk.js';
import { SqlCountLedger } from './adapter/sql-count-ledger.js';
import { SqlQuotaDefinitionStore } from './adapter/sql-definition-store.js';
import { SqlPoolRateStore } from './adapter/sql-pool-rate-store.js';
import { SqlQuotaCatalogReader } from './adapter/sql-quota-catalog-reader.js';
import { SqlQuotaHouse } from './adapter/sql-quota-house.js';
import { SqlQuotaStore } from './adapter/sql-quota-store.js';
import { SqlRecentTokensReader } from './adapter/sql-recent-tokens-reader.js';
import { SqlUsageAudit } from './adapter/sql-usage-audit.js';
import { SqlUsageQueue } from './adapter/sql-usage-queue.js';
import { SqlUsageReplay } from './adapter/sql-usage-replay.js';
import { usageTap } from './adapter/usage-tap.js';
import { BuildAsks } from './service/build-asks.js';
import { COUNT_LEDGER, type CountLedger } from './service/count-ledger.js';
import { CountUsage, UsageCounters } from './service/count-usage.js';
import { Decide } from './service/decide.js';
import { DRY_RUN_QUOTA, DryRunQuota } from './service/dry-run-quota.js';
import { EstimateUsage } from './service/estimate-usage.js';
import { IMPORT_QUOTAS, ImportQuotas } from './service/import-quotas.js';
import { KEEP_QUOTAS, KeepQuotas } from './service/keep-quotas.js';
import { LoadPricing } from './service/load-pricing.js';
import { Payers } from './service/payers.js';
import { QUOTA_CATALOG_READER, type QuotaCatalogReader } from './service/quota-catalog.js';
import { QuotaCatalogs } from './service/quota-catalogs.js';
import { QUOTA_OVERRIDES, QuotaOverrides } from './service/quota-overrides.js';
import { QUOTA_STORE, type QuotaStore } from './service/quota-store.js';
import { QUOTA_TRANSFERS, QuotaTransfers } from './service/quota-transfers.js';
import { QUOTAS, Quotas } from './service/quotas.js';
import { RaiseAlerts } from './service/raise-alerts.js';
import { RecentUsage } from './service/recent-usage.js';
import { RefreshPoolRates } from './service/refresh-pool-rates.js';
import { RESERVATIONS, Reservations } from './service/reservations.js';
import { faultsIn, type QuotaVerification, VERIFY_QUOTAS, VerifyQuotas } from './service/verify-quotas.js';

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
      provide: IMPORT_QUOTAS,
      useFactory: (db: DataSource, clock: Clock) => new ImportQuotas(new SqlQuotaDefinitionStore(db), clock),
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
  exports: [IMPORT_QUOTAS, QUOTA_CATALOG_READER, QUOTAS, QUOTA_OVERRIDES, QUOTA_TRANSFERS],
})
export class QuotaDefinitionsModule {}

const QUOTA_REDIS = Symbol('QuotaRedis');

/** What is counted and decided. */
@Module({
  imports: [QuotaDefinitionsModule, DirectoryModule, PricingModule, MeteringModule, NotificationModule, ReportModule],
  providers: [
    { provide: COUNT_LEDGER, useFactory: (db: DataSource) => new SqlCountLedger(db), inject: [DataSource] },
    { provide: QUOTA_REDIS, useFactory: openRedis, inject: [ENVIRONMENT] },
    {
      provide: QUOTA_STORE,
      useFactory: (db: DataSource, redis: RedisConnection | null, metrics: PrometheusQuotaMetrics): QuotaStore =>
        redis ? new RedisQuotaStore(db, redis.client, () => metrics.renewed()) : new SqlQuotaStore(db),
      inject: [DataSource, QUOTA_REDIS, PrometheusQuotaMetrics],
    },
    {
      provide: QuotaCatalogs,
      useFactory: (reader: QuotaCatalogReader, clock: Clock) => new QuotaCatalogs(reader, clock),
      inject: [QUOTA_CATALOG_READER, CLOCK],
    },
    {
      provide: Payers,
      useFactory: (teams: TeamDirectory, centers: CostCenterReader, clock: Clock) =>
        new Payers(teams, centers, clock, isOutOfReach),
      inject: [TEAM_DIRECTORY, COST_CENTER_READER, CLOCK],
    },
    {
      provide: LoadPricing,
      useFactory: (db: DataSource, accounts: AccountReader, sources: PriceSources, clock: Clock) =>
        new LoadPricing(accounts, sources, new SqlPoolRateStore(db), clock, isOutOfReach),
      inject: [DataSource, ACCOUNT_READER, PRICE_SOURCES, CLOCK],
    },
    {
      provide: Decide,
      useFactory: (store: QuotaStore, catalogs: QuotaCatalogs, ledger: CountLedger, clock: Clock) =>
        new Decide(store, catalogs, new BuildAsks(ledger), ledger, clock),
      inject: [QUOTA_STORE, QuotaCatalogs, COUNT_LEDGER, CLOCK],
    },
    {
      provide: EstimateUsage,
      useFactory: (db: DataSource, pricing: LoadPricing, clock: Clock) =>
        new EstimateUsage(pricing, new RecentUsage(new SqlRecentTokensReader(db), clock, isOutOfReach)),
      inject: [DataSource, LoadPricing, CLOCK],
    },
    {
      provide: PrometheusQuotaMetrics,
      useFactory: (registry: Registry) => new PrometheusQuotaMetrics(registry),
      inject: [METRICS],
    },
    {
      provide: RESERVATIONS,
      useFactory: createReservations,
      inject: [QUOTA_STORE, Decide, EstimateUsage, Payers, PrometheusQuotaMetrics, UUIDV7, CLOCK],
    },
    {
      provide: UsageCounters,
      useFactory: (pricing: LoadPricing, dimensions: DimensionReader, payers: Payers) =>
        new UsageCounters(pricing, dimensions, payers),
      inject: [LoadPricing, DIMENSION_READER, Payers],
    },
    {
      provide: DRY_RUN_QUOTA,
      useFactory: (db: DataSource, counters: UsageCounters, clock: Clock) =>
        new DryRunQuota(new SqlUsageReplay(db), counters, clock),
      inject: [DataSource, UsageCounters, CLOCK],
    },
    {
      provide: VERIFY_QUOTAS,
      useFactory: createVerify,
      inject: [DataSource, COUNT_LEDGER, QuotaCatalogs, UsageCounters, QUOTA_STORE, CLOCK],
    },
    {
      provide: CountUsage,
      useFactory: createCountUsage,
      inject: [DataSource, COUNT_LEDGER, QuotaCatalogs, UsageCounters, QUOTA_STORE, CLOCK],
    },
    {
      provide: RefreshPoolRates,
      useFactory: (db: DataSource, accounts: AccountReader, unitCosts: ExploreUnitCosts, clock: Clock) =>
        new RefreshPoolRates(accounts, unitCosts, new SqlPoolRateStore(db), clock),
      inject: [DataSource, ACCOUNT_READER, EXPLORE_UNIT_COSTS, CLOCK],
    },
    {
      provide: RaiseAlerts,
      useFactory: (db: DataSource, catalogs: QuotaCatalogs, outbox: NotificationOutbox, clock: Clock) =>
        new RaiseAlerts(catalogs, new SqlAlertDesk(db, outbox), clock),
      inject: [DataSource, QuotaCatalogs, NOTIFICATION_OUTBOX, CLOCK],
    },
    {
      provide: KEEP_QUOTAS,
      useFactory: createKeepQuotas,
      inject: [
        ACCOUNT_READER,
        CountUsage,
        QUOTA_STORE,
        VERIFY_QUOTAS,
        RefreshPoolRates,
        RaiseAlerts,
        PrometheusQuotaMetrics,
        DataSource,
        CLOCK,
      ],
    },
  ],
  exports: [DRY_RUN_QUOTA, KEEP_QUOTAS, RESERVATIONS, VERIFY_QUOTAS],
})
export class QuotaModule implements OnModuleInit {
  constructor(@Inject(USAGE_TAPS) private readonly taps: UsageTaps) {}

  onModuleInit(): void {
    this.taps.add(usageTap);
  }
}

function createReservations(
  ...[store, decide, estimates, payers, metrics, newId, clock]: [
    QuotaStore,
    Decide,
    EstimateUsage,
    Payers,
    PrometheusQuotaMetrics,
    () => string,
    Clock,
  ]
): Reservations {
  return new Reservations(store, decide, estimates, payers, metrics, { newId, clock });
}

type CountingParts = [DataSource, CountLedger, QuotaCatalogs, UsageCounters, QuotaStore, Clock];

function createVerify(...[db, ledger, catalogs, counters, store, clock]: CountingParts): VerifyQuotas {
  return new VerifyQuotas(new SqlUsageAudit(db, ledger), catalogs, counters, new BuildAsks(ledger), store, clock);
}

function createCountUsage(...[db, ledger, catalogs, counters, store, clock]: CountingParts): CountUsage {
  return new CountUsage(new SqlUsageQueue(db, ledger, new BuildAsks(ledger), clock), catalogs, counters, store);
}

function createKeepQuotas(
  ...[accounts, count, store, verify, rates, alerts, metrics, db, clock]: [
    AccountReader,
    CountUsage,
    QuotaStore,
    VerifyQuotas,
    RefreshPoolRates,
    RaiseAlerts,
    PrometheusQuotaMetrics,
    DataSource,
    Clock,
  ]
): KeepQuotas {
  const logger = new Logger('Quota');
  return new KeepQuotas({
    ...{ accounts, count, store, verify, rates, alerts, clock },
    house: new SqlQuotaHouse(db),
    failed: (what, error) => logger.warn(`could not ${what}: ${errorText(error)}`),
    found: (accountId, verification) => tell(logger, metrics, accountId, verification),
  });
}

/** What a night found. */
function tell(
  logger: Logger,
  metrics: PrometheusQuotaMetrics,
  accountId: number,
  verification: QuotaVerification,
): void {
  const { counts, store } = verification;
  const faults = faultsIn(verification);
  metrics.found('postgres', faults.counts);
  metrics.found('redis', faults.store);
  const say = (what: string) => logger.warn(`account ${accountId}: ${what}`);
  if (faults.counts > 0) say(`${faults.counts} of ${counts} counts were wrong and have been put right`);
  if (store?.outcome === 'unavailable') return say(`the counts in Redis have not been compared: ${store.reason}`);
  if (faults.store > 0) say(`${faults.store} counts and reservations in Redis were wrong; all are made anew`);
  if (store?.heldCompared === false) say('too many reservations are under way to add up what Redis holds of them');
}

/** Where there is one, Redis decides. */
async function openRedis({ quotaRedisUrl }: Environment): Promise<RedisConnection | null> {
  return quotaRedisUrl === undefined ? null : RedisConnection.open(quotaRedisUrl);
}
