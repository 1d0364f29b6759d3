import type { DataSource } from 'typeorm';
import { formatInstant } from '#calendar';
import { formatPicos } from '#money';
import type { PoolKind } from '../domain/index.js';
import type { StoredCounts } from '../service/cost-record-store.js';
import type {
  RecordedSharedCost,
  SharedCostDraft,
  SharedCostOverlap,
  SharedCostPage,
  SharedCostStore,
  StoreSharedCostsInput,
} from '../service/shared-cost-store.js';
import { kindsOfPools } from './pool-kinds.js';
import {
  CURRENT_SHARED_VERSION_SQL,
  SHARED_COST_COLUMNS_SQL,
  type SharedCostRow,
  sharedCostFromRow,
} from './shared-cost-row.js';

/** Makes known the costs that are not; in key order, so that two imports cannot wait for each other. */
const INSERT_COSTS = `
  insert into shared_cost (account_id, shared_cost_id, pool, description, vendor, valid_from)
  select $1, d.* from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
    as d (shared_cost_id, pool, description, vendor, valid_from) order by pool, description, vendor, valid_from
  on conflict do nothing`;

/** Adds a version to each cost whose current one says something else. */
const INSERT_VERSIONS = `
  insert into shared_cost_version (account_id, shared_cost_id, version, valid_to, amount, list_amount, currency, recorded_at,
    recorded_by)
  select c.account_id, c.shared_cost_id, coalesce(v.version, 0) + 1, d.valid_to, d.amount, d.list_amount, d.currency, $10, $11
  from unnest($2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::numeric[], $8::numeric[],
      $9::text[])
    as d (pool, description, vendor, valid_from, valid_to, amount, list_amount, currency)
  join shared_cost c on c.account_id = $1
    and (c.pool, c.description, c.vendor, c.valid_from) = (d.pool, d.description, d.vendor, d.valid_from)
  left ${CURRENT_SHARED_VERSION_SQL.trim()}
  where v.version is null
    or (v.valid_to, v.amount, v.list_amount, v.currency) is distinct from (d.valid_to, d.amount, d.list_amount, d.currency)
  returning version`;

/** An import may touch every cost of an account; more warnings than this nobody reads. */
const OVERLAPS_MAX = 100;

const SELECT_OVERLAPS = `
  with draft as (
    select * from unnest($2::text[], $3::text[], $4::text[], $5::timestamptz[])
      with ordinality as d (pool, description, vendor, valid_from, place)
  ),
  owed as (
    select c.valid_from as earlier_from, v.valid_to, draft.place,
      lead(c.valid_from) over same as later_from, lead(draft.place) over same as later_place
    from shared_cost c ${CURRENT_SHARED_VERSION_SQL}
    left join draft using (pool, description, vendor, valid_from)
    where c.account_id = $1 and v.amount <> 0
      and (c.pool, c.description, c.vendor) in (select pool, description, vendor from draft)
    window same as (partition by c.pool, c.description, c.vendor order by c.valid_from)
  )
  select coalesce(later_place, place)::int - 1 as draft, earlier_from, later_from
  from owed where later_from < valid_to and coalesce(later_place, place) is not null
  order by 1, 2 limit ${OVERLAPS_MAX}`;

const SELECT_PAGE = `
  select ${SHARED_COST_COLUMNS_SQL} from shared_cost c ${CURRENT_SHARED_VERSION_SQL}
  where c.account_id = $1 and ($2::text is null or c.pool = $2)
    and ($3::text is null or (c.pool collate "C", c.valid_from, c.shared_cost_id) > ($3 collate "C", $4::timestamptz, $5::uuid))
  order by c.pool collate "C", c.valid_from, c.shared_cost_id limit $6`;

const SELECT_VERSIONS = `
  select ${SHARED_COST_COLUMNS_SQL} from shared_cost c join shared_cost_version v using (account_id, shared_cost_id)
  where account_id = $1 and shared_cost_id = $2 order by v.version`;

export class SqlSharedCostStore implements SharedCostStore {
  constructor(
    private readonly dataSource: DataSource,
    private readonly newId: () => string,
  ) {}

  store({ accountId, drafts, recordedAt, recordedBy }: StoreSharedCostsInput): Promise<StoredCounts> {
    const keys = keysOf(drafts);
    const terms = [
      drafts.map(({ validTo }) => formatInstant(validTo)),
      drafts.map(({ amount }) => formatPicos(amount)),
      drafts.map(({ listAmount }) => (listAmount === null ? null : formatPicos(listAmount))),
      drafts.map(({ currency }) => currency),
    ];
    return this.dataSource.transaction(async (manager) => {
      // One import at a time, or two could give one cost the same version.
      await manager.query(`select pg_advisory_xact_lock(hashtext('shared_cost'), $1)`, [accountId]);
      await manager.query(INSERT_COSTS, [accountId, drafts.map(() => this.newId()), ...keys]);
      const parameters = [accountId, ...keys, ...terms, formatInstant(recordedAt), recordedBy];
      const stored = await manager.query<{ version: number }[]>(INSERT_VERSIONS, parameters);
      const created = stored.filter(({ version }) => version === 1).length;
      return { created, corrected: stored.length - created, unchanged: drafts.length - stored.length };
    });
  }

  async overlaps(accountId: number, drafts: readonly SharedCostDraft[]): Promise<readonly SharedCostOverlap[]> {
    const rows = await this.dataSource.query<OverlapRow[]>(SELECT_OVERLAPS, [accountId, ...keysOf(drafts)]);
    return rows.map(({ draft, earlier_from: earlierFrom, later_from: laterFrom }) => ({
      draft,
      earlierFrom: earlierFrom.getTime(),
      laterFrom: laterFrom.getTime(),
    }));
  }

  async list({ accountId, pool, after, limit }: SharedCostPage): Promise<readonly RecordedSharedCost[]> {
    const position = after ? [after.pool, formatInstant(after.validFrom), after.sharedCostId] : [null, null, null];
    const parameters = [accountId, pool ?? null, ...position, limit];
    return (await this.dataSource.query<SharedCostRow[]>(SELECT_PAGE, parameters)).map(sharedCostFromRow);
  }

  async versions(accountId: number, sharedCostId: string): Promise<readonly RecordedSharedCost[]> {
    const rows = await this.dataSource.query<SharedCostRow[]>(SELECT_VERSIONS, [accountId, sharedCostId]);
    return rows.map(sharedCostFromRow);
  }

  kindsOf(accountId: number, pools: readonly string[]): Promise<ReadonlyMap<string, PoolKind>> {
    return kindsOfPools(this.dataSource.manager, accountId, pools);
  }
}

interface OverlapRow {
  readonly draft: number;
  readonly earlier_from: Date;
  readonly later_from: Date;
}

/** What costs are known by, column by column. */
function keysOf(drafts: readonly SharedCostDraft[]): string[][] {
  return [
    drafts.map(({ pool }) => pool),
    drafts.map(({ description }) => description),
    drafts.map(({ vendor }) => vendor ?? ''),
    drafts.map(({ validFrom }) => formatInstant(validFrom)),
  ];
}
