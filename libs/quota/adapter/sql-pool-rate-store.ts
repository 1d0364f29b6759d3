import type { DataSource } from 'typeorm';
import { type EpochMs, formatInstant } from '#calendar';
import type { PoolRate, PoolRateStore } from '../service/pool-rates.js';

/** Of each pool those that begin before the end, but of those before the start only the last; where there is none the next. */
const LOAD = `
  select pool, (extract(epoch from valid_from) * 1000)::bigint as "validFrom",
    effective_picos_per_million::text as effective, billed_picos_per_million::text as billed
  from quota_pool_rate r
  where account_id = $1 and valid_from < greatest($3::timestamptz,
      (select min(f.valid_from) from quota_pool_rate f where f.account_id = r.account_id and f.pool = r.pool) + interval '1 ms')
    and valid_from >= coalesce((
      select max(l.valid_from) from quota_pool_rate l
      where l.account_id = r.account_id and l.pool = r.pool and l.valid_from <= $2), '-infinity')
  order by pool, valid_from`;

const RECORD = `
  insert into quota_pool_rate (account_id, pool, valid_from, effective_picos_per_million, billed_picos_per_million)
  select $1, n.pool, n.valid_from, n.effective, n.billed
  from unnest($2::text[], $3::timestamptz[], $4::numeric[], $5::numeric[]) n (pool, valid_from, effective, billed)
  left join lateral (
    select * from quota_pool_rate l where l.account_id = $1 and l.pool = n.pool order by l.valid_from desc limit 1) l on true
  where l.pool is null
    or (l.valid_from < n.valid_from and (l.effective_picos_per_million, l.billed_picos_per_million) <> (n.effective, n.billed))
  on conflict do nothing`;

interface Row {
  readonly pool: string;
  readonly validFrom: string;
  readonly effective: string;
  readonly billed: string;
}

export class SqlPoolRateStore implements PoolRateStore {
  constructor(private readonly dataSource: DataSource) {}

  async load(accountId: number, start: EpochMs, end: EpochMs): Promise<readonly PoolRate[]> {
    const rows = await this.dataSource.query<Row[]>(LOAD, [accountId, formatInstant(start), formatInstant(end)]);
    return rows.map(({ pool, validFrom, effective, billed }) => ({
      pool,
      validFrom: Number(validFrom),
      effectivePicosPerMillion: BigInt(effective),
      billedPicosPerMillion: BigInt(billed),
    }));
  }

  async record(accountId: number, rates: readonly PoolRate[]): Promise<void> {
    await this.dataSource.query(RECORD, [
      accountId,
      rates.map(({ pool }) => pool),
      rates.map(({ validFrom }) => formatInstant(validFrom)),
      rates.map(({ effectivePicosPerMillion }) => effectivePicosPerMillion.toString()),
      rates.map(({ billedPicosPerMillion }) => billedPicosPerMillion.toString()),
    ]);
  }
}
