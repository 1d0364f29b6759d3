import type { DataSource, EntityManager } from 'typeorm';
import { formatInstant } from '#calendar';
import { type Failure, fail, type Outcome, succeed } from '#outcome';
import type { PriceProvider } from '../domain/index.js';
import type {
  PricePage,
  PriceStore,
  RecordedPrice,
  SeedInput,
  StoredPrices,
  StorePricesInput,
  WithdrawPriceInput,
} from '../service/price-store.js';
import { draftsToRow, INSERT_DRAFTS_SQL, WITHDRAW_SQL } from './price-draft-row.js';
import { NATURAL_KEY_SQL, PRICE_COLUMNS_SQL, type RecordedPriceRow, recordedPriceFromRow } from './price-row.js';

/** Adds a version of each provider that is new or found in another way. */
const INSERT_PROVIDERS = `
  insert into price_provider (account_id, provider, version, provider_match, fallback_providers, source, recorded_at)
  select $1, d.provider, coalesce(v.version, 0) + 1, nullif(d.match, 'null'), d.fallback, $3, $4
  from jsonb_to_recordset($2::jsonb) as d (provider text, match jsonb, fallback text[])
  left join lateral (
    select * from price_provider p where p.account_id = $1 and p.provider = d.provider order by version desc limit 1
  ) v on true
  where v.version is null or (v.provider_match, v.fallback_providers) is distinct from (nullif(d.match, 'null'), d.fallback)`;

const INSERT_BREAKPOINTS = `
  insert into context_breakpoint (account_id, input_tokens) select $1, unnest($2::bigint[]) on conflict do nothing`;

const UPSERT_SEED = `
  insert into price_seed (account_id, source, digest, seeded_at) values ($1, $2, $3, $4)
  on conflict (account_id, source) do update set digest = excluded.digest, seeded_at = excluded.seeded_at`;

const RECORDED_PRICE = `
    select ${PRICE_COLUMNS_SQL}, p.recorded_at, p.recorded_by,
      case when p.version < max(p.version) over (partition by ${NATURAL_KEY_SQL}) then 'superseded'
        when p.withdrawn then 'withdrawn' else 'current' end as state
    from price_version p`;

const SELECT_VERSION = `select * from (${RECORDED_PRICE} where p.account_id = $1) versions where price_version_id = $2`;

const WITHDRAW_VERSION = `
  insert into price_version (account_id, kind, provider, model, service_tier, region, valid_from, daily_from, daily_to, version,
    valid_to, withdrawn, currency, model_match, rates, volume_prices, source, recorded_at, recorded_by)
  select account_id, kind, provider, model, service_tier, region, valid_from, daily_from, daily_to, version + 1,
    valid_to, true, currency, model_match, rates, volume_prices, source, $3, $4
  from price_version where account_id = $1 and price_version_id = $2
  returning price_version_id`;

const SELECT_PAGE = `
  with versions as (${RECORDED_PRICE}
    where p.account_id = $1 and ($2::text is null or p.provider = $2) and ($3::text is null or lower(p.model) = $3)
      and ($4::text is null or p.kind = $4)
  )
  select * from versions
  where price_version_id > $5
    and ($6::timestamptz is null or (
      state = 'current' and valid_from <= $6 and (valid_to is null or valid_to > $6)
      and (daily_from is null or case when daily_from < daily_to
        then ($6::timestamptz at time zone 'UTC')::time >= daily_from and ($6::timestamptz at time zone 'UTC')::time < daily_to
        else ($6::timestamptz at time zone 'UTC')::time >= daily_from or ($6::timestamptz at time zone 'UTC')::time < daily_to end)
    ))
  order by price_version_id limit $7`;

export class SqlPriceStore implements PriceStore {
  constructor(private readonly dataSource: DataSource) {}

  async seededDigest(accountId: number, source: string): Promise<string | undefined> {
    const [row] = await selectSeed(this.dataSource.manager, accountId, source);
    return row?.digest;
  }

  seed({ accountId, list, recordedAt }: SeedInput): Promise<StoredPrices | undefined> {
    return this.dataSource.transaction(async (manager) => {
      await lockBook(manager, accountId);
      const [seeded] = await selectSeed(manager, accountId, list.source);
      if (seeded?.digest === list.digest) return undefined;
      const at = formatInstant(recordedAt);
      const prices = draftsToRow(list.prices);
      const stored = await manager.query<VersionRow[]>(INSERT_DRAFTS_SQL, [accountId, prices, at, null]);
      const withdrawn = await manager.query<VersionRow[]>(WITHDRAW_SQL, [accountId, prices, at, list.source]);
      await manager.query(INSERT_PROVIDERS, [accountId, providersToRow(list.providers), list.source, at]);
      const thresholds = list.prices.flatMap(({ rates }) => rates.map(({ contextFrom }) => contextFrom));
      const breakpoints = [...new Set(thresholds)].filter((threshold) => threshold > 0n).map(String);
      await manager.query(INSERT_BREAKPOINTS, [accountId, breakpoints]);
      await manager.query(UPSERT_SEED, [accountId, list.source, list.digest, at]);
      const counts = countStored(stored, list.prices.length);
      return { ...counts, corrected: counts.corrected + withdrawn.length };
    });
  }

  store({ accountId, prices, recordedAt, recordedBy }: StorePricesInput): Promise<StoredPrices> {
    return this.dataSource.transaction(async (manager) => {
      await lockBook(manager, accountId);
      const parameters = [accountId, draftsToRow(prices), formatInstant(recordedAt), recordedBy];
      return countStored(await manager.query<VersionRow[]>(INSERT_DRAFTS_SQL, parameters), prices.length);
    });
  }

  withdraw(
    { accountId, priceVersionId, recordedAt, recordedBy }: WithdrawPriceInput,
    refusal: (price: RecordedPrice) => Failure | undefined,
  ): Promise<Outcome<RecordedPrice> | undefined> {
    return this.dataSource.transaction(async (manager) => {
      await lockBook(manager, accountId);
      const price = await findVersion(manager, accountId, priceVersionId);
      if (!price) return undefined;
      const refused = refusal(price);
      if (refused) return fail(refused);
      const parameters = [accountId, priceVersionId, formatInstant(recordedAt), recordedBy];
      const [added] = await manager.query<{ price_version_id: string }[]>(WITHDRAW_VERSION, parameters);
      const withdrawn = added && (await findVersion(manager, accountId, added.price_version_id));
      return withdrawn && succeed(withdrawn);
    });
  }

  async list({ accountId, provider, model, kind, at, after, limit }: PricePage): Promise<readonly RecordedPrice[]> {
    const rows = await this.dataSource.query<RecordedPriceRow[]>(SELECT_PAGE, [
      accountId,
      provider?.toLowerCase() ?? null,
      model?.toLowerCase() ?? null,
      kind ?? null,
      after ?? '0',
      at === undefined ? null : formatInstant(at),
      limit,
    ]);
    return rows.map(recordedPriceFromRow);
  }

  async breakpoints(accountId: number): Promise<readonly bigint[]> {
    const sql = 'select input_tokens from context_breakpoint where account_id = $1 order by input_tokens';
    const rows = await this.dataSource.query<{ input_tokens: string }[]>(sql, [accountId]);
    return rows.map(({ input_tokens: inputTokens }) => BigInt(inputTokens));
  }
}

async function findVersion(manager: EntityManager, accountId: number, priceVersionId: string) {
  const [row] = await manager.query<RecordedPriceRow[]>(SELECT_VERSION, [accountId, priceVersionId]);
  return row && recordedPriceFromRow(row);
}

interface VersionRow {
  readonly version: number;
}

/** One change of the account's price book at a time, or two could give one price the same version. */
async function lockBook(manager: EntityManager, accountId: number): Promise<void> {
  await manager.query(`select pg_advisory_xact_lock(hashtext('price_version'), $1)`, [accountId]);
}

function selectSeed(manager: EntityManager, accountId: number, source: string): Promise<{ digest: string }[]> {
  return manager.query('select digest from price_seed where account_id = $1 and source = $2', [accountId, source]);
}

function countStored(stored: readonly VersionRow[], given: number): StoredPrices {
  const created = stored.filter(({ version }) => version === 1).length;
  return { created, corrected: stored.length - created, unchanged: given - stored.length };
}

function providersToRow(providers: readonly PriceProvider[]): string {
  return JSON.stringify(
    providers.map(({ provider, match, fallbackProviders: fallback }) => ({ provider, match, fallback })),
  );
}
