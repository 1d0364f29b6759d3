import { hash } from 'node:crypto';
import type { DataSource } from 'typeorm';
import type { KeyedDimension } from '../domain/index.js';
import { Recent } from './recent.js';

const CACHED = 50_000;

const FIND = `
  select dimension_id, replace(dimension_hash::text, '-', '') as hash
  from usage_dimension where account_id = $1 and dimension_hash = any($2::uuid[])`;

const ADD = `
  insert into usage_dimension (account_id, dimension_key, dimension_hash, team, project, cost_center, api_key, end_user,
    provider, model, pool, region, service_tier, context_from, status, billable_tags, modality, source)
  select $1, r.key, r.hash, r.team, r.project, r."costCenter", r."apiKey", r."user",
    r.provider, r.model, r.pool, r.region, r."serviceTier", r."contextFrom", r.status, r."billableTags", r.modality, r.source
  from jsonb_to_recordset($2::jsonb) as r (key text, hash uuid, team text, project text, "costCenter" text, "apiKey" text,
    "user" text, provider text, model text, pool text, region text, "serviceTier" text, "contextFrom" bigint, status text,
    "billableTags" jsonb, modality text, source text)
  order by r.hash
  on conflict do nothing`;

/** Numbers that stand for dimensions in events and buckets. A number once given stays. */
export class DimensionNumbers {
  private readonly known = new Recent<string, number>(CACHED);

  constructor(private readonly dataSource: DataSource) {}

  /** One for each of the dimensions, in their order, new ones made as needed. */
  async of(accountId: number, dimensions: readonly KeyedDimension[]): Promise<readonly number[]> {
    const numbers = dimensions.map(({ dimensionKey: key }) => this.known.get(`${accountId}\0${key}`));
    const unknown = dimensions.filter((_, i) => numbers[i] === undefined);
    const fetched = unknown.length > 0 ? await this.fetch(accountId, unknown) : new Map<string, number>();
    return dimensions.map(({ dimensionKey: key }, i) => {
      const number = numbers[i] ?? fetched.get(key);
      if (number === undefined) throw new Error(`no number for the dimension ${key}`);
      return number;
    });
  }

  private async fetch(accountId: number, dimensions: readonly KeyedDimension[]): Promise<Map<string, number>> {
    const byHash = new Map(dimensions.map((keyed) => [hash('sha256', keyed.dimensionKey, 'hex').slice(0, 32), keyed]));
    const numbers = new Map<string, number>();
    const missing = () => [...byHash].filter(([, { dimensionKey }]) => !numbers.has(dimensionKey));
    await this.find(accountId, byHash, numbers);
    if (missing().length > 0) {
      const rows = missing().map(([hashed, { dimensionKey: key, dimension }]) => {
        return { ...dimension, contextFrom: dimension.contextFrom.toString(), key, hash: hashed };
      });
      await this.dataSource.query(ADD, [accountId, JSON.stringify(rows)]);
      await this.find(accountId, new Map(missing()), numbers);
    }
    return numbers;
  }

  private async find(
    accountId: number,
    byHash: ReadonlyMap<string, KeyedDimension>,
    numbers: Map<string, number>,
  ): Promise<void> {
    const rows = await this.dataSource.query<{ dimension_id: number; hash: string }[]>(FIND, [
      accountId,
      [...byHash.keys()],
    ]);
    for (const { dimension_id: number, hash: hashed } of rows) {
      const key = byHash.get(hashed)?.dimensionKey;
      if (key === undefined) continue;
      numbers.set(key, number);
      this.known.set(`${accountId}\0${key}`, number);
    }
  }
}
