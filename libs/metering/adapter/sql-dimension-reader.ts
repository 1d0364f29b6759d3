import type { DataSource } from 'typeorm';
import type { KeyedDimension, UsageDimension } from '../domain/index.js';
import type { DimensionReader } from '../service/dimension-reader.js';
import { Recent } from './recent.js';

const CACHED = 50_000;

const FIND = `
  select dimension_id as id, dimension_key as "dimensionKey", team, project, cost_center as "costCenter", api_key as "apiKey",
    end_user as "user", provider, model, pool, region, service_tier as "serviceTier", context_from as "contextFrom", status,
    billable_tags as "billableTags", modality, source
  from usage_dimension where account_id = $1 and dimension_id = any($2::int[])`;

type Row = Omit<UsageDimension, 'contextFrom'> & {
  readonly id: number;
  readonly dimensionKey: string;
  readonly contextFrom: string;
};

/** Remembers those of late. */
export class SqlDimensionReader implements DimensionReader {
  private readonly known = new Recent<string, KeyedDimension>(CACHED);

  constructor(private readonly dataSource: DataSource) {}

  async find(accountId: number, ids: ReadonlySet<number>): Promise<ReadonlyMap<number, KeyedDimension>> {
    const found = new Map<number, KeyedDimension>();
    for (const id of ids) {
      const known = this.known.get(`${accountId} ${id}`);
      if (known) found.set(id, known);
    }
    const missing = [...ids].filter((id) => !found.has(id));
    if (missing.length === 0) return found;
    for (const { id, dimensionKey, contextFrom, ...rest } of await this.dataSource.query<Row[]>(FIND, [
      accountId,
      missing,
    ])) {
      const keyed = { dimensionKey, dimension: { ...rest, contextFrom: BigInt(contextFrom) } };
      found.set(id, keyed);
      this.known.set(`${accountId} ${id}`, keyed);
    }
    return found;
  }
}
