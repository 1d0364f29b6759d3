import type { DataSource } from 'typeorm';
import { formatInstant } from '#calendar';
import { formatPicos, scaledToDecimal } from '#money';
import type { PoolKind } from '../domain/index.js';
import type {
  CostRecordDraft,
  CostRecordPage,
  CostRecordStore,
  OpenOverlap,
  RecordedCostRecord,
  StoreCostRecordsInput,
  StoredCounts,
} from '../service/cost-record-store.js';
import {
  COST_RECORD_COLUMNS_SQL,
  type CostRecordRow,
  CURRENT_VERSION_SQL,
  costRecordFromRow,
} from './cost-record-row.js';
import { kindsOfPools } from './pool-kinds.js';

const DRAFTS = `
  unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[])
    as d (cost_record_id, pool, provider, region, instance_type, pricing_model, valid_from)`;

/** Makes known the records that are not; in key order, so that two imports cannot wait for each other. */
const INSERT_RECORDS = `
  insert into cost_record (account_id, cost_record_id, pool, provider, region, instance_type, pricing_model, valid_from)
  select $1, d.* from ${DRAFTS} order by pool, provider, region, instance_type, pricing_model, valid_from
  on conflict do nothing`;

/** Adds a version to each record whose current one says something else. */
const INSERT_VERSIONS = `
  insert into cost_record_version (account_id, cost_record_id, version, valid_to, hourly_rate, list_hourly_rate, currency,
    instance_count, recorded_at, recorded_by)
  select r.account_id, r.cost_record_id, coalesce(v.version, 0) + 1, d.valid_to, d.hourly_rate, d.list_hourly_rate, d.currency,
    d.instance_count, $13, $14
  from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::timestamptz[], $9::numeric[],
      $10::numeric[], $11::text[], $12::numeric[])
    as d (pool, provider, region, instance_type, pricing_model, valid_from, valid_to, hourly_rate, list_hourly_rate, currency,
      instance_count)
  join cost_record r on r.account_id = $1 and (r.pool, r.provider, r.region, r.instance_type, r.pricing_model, r.valid_from)
    = (d.pool, d.provider, d.region, d.instance_type, d.pricing_model, d.valid_from)
  left ${CURRENT_VERSION_SQL.trim()}
  where v.version is null
    or (v.valid_to, v.hourly_rate, v.list_hourly_rate, v.currency, v.instance_count)
      is distinct from (d.valid_to, d.hourly_rate, d.list_hourly_rate, d.currency, d.instance_count)
  returning version`;

/** An import may touch every record of an account; more warnings than this nobody reads. */
const OVERLAPS_MAX = 100;

const SELECT_OPEN_OVERLAPS = `
  with draft as (
    select * from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[])
      with ordinality as d (pool, provider, region, instance_type, pricing_model, valid_from, place)
  ),
  standing as (
    select r.valid_from as open_from, v.valid_to, draft.place,
      lead(r.valid_from) over same as later_from, lead(draft.place) over same as later_place
    from cost_record r ${CURRENT_VERSION_SQL}
    left join draft using (pool, provider, region, instance_type, pricing_model, valid_from)
    where r.account_id = $1 and v.instance_count > 0
      and (r.pool, r.provider, r.region, r.instance_type, r.pricing_model)
        in (select pool, provider, region, instance_type, pricing_model from draft)
    window same as (
      partition by r.pool, r.provider, r.region, r.instance_type, r.pricing_model order by r.valid_from
    )
  )
  select coalesce(later_place, place)::int - 1 as draft, open_from, later_from
  from standing where valid_to is null and later_from is not null and coalesce(later_place, place) is not null
  order by 1, 2 limit ${OVERLAPS_MAX}`;

const SELECT_PAGE = `
  select ${COST_RECORD_COLUMNS_SQL} from cost_record r ${CURRENT_VERSION_SQL}
  where r.account_id = $1 and ($2::text is null or r.pool = $2)
    and ($3::text is null or (r.pool collate "C", r.valid_from, r.cost_record_id) > ($3 collate "C", $4::timestamptz, $5::uuid))
  order by r.pool collate "C", r.valid_from, r.cost_record_id limit $6`;

const SELECT_VERSIONS = `
  select ${COST_RECORD_COLUMNS_SQL} from cost_record r join cost_record_version v using (account_id, cost_record_id)
  where account_id = $1 and cost_record_id = $2 order by v.version`;

export class SqlCostRecordStore implements CostRecordStore {
  constructor(
    private readonly dataSource: DataSource,
    private readonly newId: () => string,
  ) {}

  store({ accountId, drafts, recordedAt, recordedBy }: StoreCostRecordsInput): Promise<StoredCounts> {
    const keys = keysOf(drafts);
    const terms = [
      drafts.map(({ validTo }) => (validTo === null ? null : formatInstant(validTo))),
      drafts.map(({ hourlyRate }) => formatPicos(hourlyRate)),
      drafts.map(({ listHourlyRate }) => (listHourlyRate === null ? null : formatPicos(listHourlyRate))),
      drafts.map(({ currency }) => currency),
      drafts.map(({ instanceMicros }) => scaledToDecimal(instanceMicros, 6)),
    ];
    return this.dataSource.transaction(async (manager) => {
      // One import at a time, or two could give one record the same version.
      await manager.query(`select pg_advisory_xact_lock(hashtext('cost_record'), $1)`, [accountId]);
      await manager.query(INSERT_RECORDS, [accountId, drafts.map(() => this.newId()), ...keys]);
      const parameters = [accountId, ...keys, ...terms, formatInstant(recordedAt), recordedBy];
      const stored = await manager.query<{ version: number }[]>(INSERT_VERSIONS, parameters);
      const created = stored.filter(({ version }) => version === 1).length;
      return { created, corrected: stored.length - created, unchanged: drafts.length - stored.length };
    });
  }

  async openOverlaps(accountId: number, drafts: readonly CostRecordDraft[]): Promise<readonly OpenOverlap[]> {
    const rows = await this.dataSource.query<OverlapRow[]>(SELECT_OPEN_OVERLAPS, [accountId, ...keysOf(drafts)]);
    return rows.map(({ draft, open_from: openFrom, later_from: laterFrom }) => ({
      draft,
      openFrom: openFrom.getTime(),
      laterFrom: laterFrom.getTime(),
    }));
  }

  async list({ accountId, pool, after, limit }: CostRecordPage): Promise<readonly RecordedCostRecord[]> {
    const position = after ? [after.pool, formatInstant(after.validFrom), after.costRecordId] : [null, null, null];
    const parameters = [accountId, pool ?? null, ...position, limit];
    return (await this.dataSource.query<CostRecordRow[]>(SELECT_PAGE, parameters)).map(costRecordFromRow);
  }

  async versions(accountId: number, costRecordId: string): Promise<readonly RecordedCostRecord[]> {
    const rows = await this.dataSource.query<CostRecordRow[]>(SELECT_VERSIONS, [accountId, costRecordId]);
    return rows.map(costRecordFromRow);
  }

  kindsOf(accountId: number, pools: readonly string[]): Promise<ReadonlyMap<string, PoolKind>> {
    return kindsOfPools(this.dataSource.manager, accountId, pools);
  }
}

interface OverlapRow {
  readonly draft: number;
  readonly open_from: Date;
  readonly later_from: Date;
}

/** What records are known by, column by column. */
function keysOf(drafts: readonly CostRecordDraft[]): string[][] {
  return [
    drafts.map(({ pool }) => pool),
    drafts.map(({ provider }) => provider),
    drafts.map(({ region }) => region),
    drafts.map(({ instanceType }) => instanceType),
    drafts.map(({ pricingModel }) => pricingModel),
    drafts.map(({ validFrom }) => formatInstant(validFrom)),
  ];
}
