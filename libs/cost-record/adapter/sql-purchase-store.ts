import type { DataSource } from 'typeorm';
import { formatInstant } from '#calendar';
import { formatPicos, scaledToDecimal } from '#money';
import type { StoredCounts } from '../service/cost-record-store.js';
import type {
  PurchaseDraft,
  PurchasePage,
  PurchaseStore,
  RecordedPurchase,
  StorePurchasesInput,
} from '../service/purchase-store.js';
import { IS_CURRENT_SQL, PURCHASE_COLUMNS_SQL, type PurchaseRow, purchaseFromRow, termsToRow } from './purchase-row.js';

/** In key order, so that two imports cannot wait for each other. */
const INSERT_PURCHASES = `
  insert into capacity_purchase (account_id, purchase)
  select $1, d.purchase from unnest($2::text[]) as d (purchase) order by 2 on conflict do nothing`;

/** Adds a version to each purchase whose current one says something else. */
const INSERT_VERSIONS = `
  insert into capacity_purchase_version (account_id, purchase, version, pool, provider, region, instance_type, pricing_model,
    valid_from, valid_to, instance_count, upfront, residual_value, terms, list_hourly_rate, contracted_hourly_rate, currency,
    recorded_at, recorded_by)
  select $1, d.purchase, coalesce(v.version, 0) + 1, d.pool, d.provider, d.region, d.instance_type, d.pricing_model,
    d.valid_from, d.valid_to, d.instance_count, d.upfront, d.residual_value, d.terms, d.list_hourly_rate,
    d.contracted_hourly_rate, d.currency, $17, $18
  from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[], $9::timestamptz[],
      $10::numeric[], $11::numeric[], $12::numeric[], $13::jsonb[], $14::numeric[], $15::numeric[], $16::text[])
    as d (purchase, pool, provider, region, instance_type, pricing_model, valid_from, valid_to, instance_count, upfront,
      residual_value, terms, list_hourly_rate, contracted_hourly_rate, currency)
  left join lateral (
    select * from capacity_purchase_version v
    where v.account_id = $1 and v.purchase = d.purchase order by v.version desc limit 1
  ) v on true
  where v.version is null
    or (v.pool, v.provider, v.region, v.instance_type, v.pricing_model, v.valid_from, v.valid_to, v.instance_count, v.upfront,
        v.residual_value, v.terms, v.list_hourly_rate, v.contracted_hourly_rate, v.currency)
      is distinct from (d.pool, d.provider, d.region, d.instance_type, d.pricing_model, d.valid_from, d.valid_to,
        d.instance_count, d.upfront, d.residual_value, d.terms, d.list_hourly_rate, d.contracted_hourly_rate, d.currency)
  returning version`;

const SELECT_PAGE = `
  select ${PURCHASE_COLUMNS_SQL} from capacity_purchase_version v
  where v.account_id = $1 and ${IS_CURRENT_SQL} and ($2::text is null or v.pool = $2)
    and ($3::text is null or v.purchase collate "C" > $3 collate "C")
  order by v.purchase collate "C" limit $4`;

const SELECT_VERSIONS = `
  select ${PURCHASE_COLUMNS_SQL} from capacity_purchase_version v
  where v.account_id = $1 and v.purchase = $2 order by v.version`;

export class SqlPurchaseStore implements PurchaseStore {
  constructor(private readonly dataSource: DataSource) {}

  store({ accountId, drafts, recordedAt, recordedBy }: StorePurchasesInput): Promise<StoredCounts> {
    const names = drafts.map(({ purchase }) => purchase);
    return this.dataSource.transaction(async (manager) => {
      // One import at a time, or two could give one purchase the same version.
      await manager.query(`select pg_advisory_xact_lock(hashtext('capacity_purchase'), $1)`, [accountId]);
      await manager.query(INSERT_PURCHASES, [accountId, names]);
      const parameters = [accountId, names, ...columnsOf(drafts), formatInstant(recordedAt), recordedBy];
      const stored = await manager.query<{ version: number }[]>(INSERT_VERSIONS, parameters);
      const created = stored.filter(({ version }) => version === 1).length;
      return { created, corrected: stored.length - created, unchanged: drafts.length - stored.length };
    });
  }

  async list({ accountId, pool, after, limit }: PurchasePage): Promise<readonly RecordedPurchase[]> {
    const parameters = [accountId, pool ?? null, after ?? null, limit];
    return (await this.dataSource.query<PurchaseRow[]>(SELECT_PAGE, parameters)).map(purchaseFromRow);
  }

  async versions(accountId: number, purchase: string): Promise<readonly RecordedPurchase[]> {
    const rows = await this.dataSource.query<PurchaseRow[]>(SELECT_VERSIONS, [accountId, purchase]);
    return rows.map(purchaseFromRow);
  }
}

/** What drafts say beside their names, column by column. */
function columnsOf(drafts: readonly PurchaseDraft[]): (string | null)[][] {
  const optional = (amount: bigint | null) => (amount === null ? null : formatPicos(amount));
  return [
    drafts.map(({ pool }) => pool),
    drafts.map(({ provider }) => provider),
    drafts.map(({ region }) => region),
    drafts.map(({ instanceType }) => instanceType),
    drafts.map(({ pricingModel }) => pricingModel),
    drafts.map(({ validFrom }) => formatInstant(validFrom)),
    drafts.map(({ validTo }) => formatInstant(validTo)),
    drafts.map(({ instanceMicros }) => scaledToDecimal(instanceMicros, 6)),
    drafts.map(({ upfront }) => formatPicos(upfront)),
    drafts.map(({ residualValue }) => formatPicos(residualValue)),
    drafts.map(({ terms }) => JSON.stringify(terms.map(termsToRow))),
    drafts.map(({ listHourlyRate }) => optional(listHourlyRate)),
    drafts.map(({ contractedHourlyRate }) => optional(contractedHourlyRate)),
    drafts.map(({ currency }) => currency),
  ];
}
