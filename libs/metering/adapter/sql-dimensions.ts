import type { DataSource } from 'typeorm';
import type { KeyedDimension, UsageBlock } from '../domain/index.js';
import type { RawBlock } from './block-builder.js';

interface DimensionRow {
  readonly dimension_id: number;
  readonly dimension_key: string;
  readonly team: string;
  readonly project: string | null;
  readonly cost_center: string | null;
  readonly api_key: string | null;
  readonly end_user: string | null;
  readonly provider: string | null;
  readonly model: string;
  readonly pool: string | null;
  readonly region: string | null;
  readonly service_tier: string;
  readonly context_from: string;
  readonly status: string;
  readonly billable_tags: Record<string, string>;
}

/** Numbers dimensions in the order in which blocks first name them, and brings each with the block that does. */
export class SqlDimensions {
  /** Place in the list of all that were brought, by the database's number. */
  private readonly places = new Map<number, number>();

  constructor(
    private readonly dataSource: DataSource,
    private readonly accountId: number,
  ) {}

  async number({ rows, chargePeriods, dimensionIds, measures }: RawBlock): Promise<UsageBlock> {
    const unknown = new Set<number>();
    for (const id of dimensionIds) if (!this.places.has(id)) unknown.add(id);
    const added = unknown.size === 0 ? [] : await this.load([...unknown]);
    const dimensions = new Int32Array(rows);
    for (let row = 0; row < rows; row++) dimensions[row] = this.places.get(dimensionIds[row] ?? 0) ?? -1;
    return { rows, chargePeriods, dimensions, measures, added };
  }

  private async load(ids: readonly number[]): Promise<KeyedDimension[]> {
    const found: DimensionRow[] = await this.dataSource.query(
      `select dimension_id, dimension_key, team, project, cost_center, api_key, end_user, provider, model, pool, region,
              service_tier, context_from, status, billable_tags
         from usage_dimension
        where account_id = $1 and dimension_id = any($2::int[])`,
      [this.accountId, ids],
    );
    if (found.length !== ids.length) throw new Error('a bucket names a dimension that is not there');
    return found.map((row) => {
      this.places.set(row.dimension_id, this.places.size);
      return fromRow(row);
    });
  }
}

function fromRow(row: DimensionRow): KeyedDimension {
  return {
    dimensionKey: row.dimension_key,
    dimension: {
      team: row.team,
      project: row.project,
      costCenter: row.cost_center,
      apiKey: row.api_key,
      user: row.end_user,
      provider: row.provider,
      model: row.model,
      pool: row.pool,
      region: row.region,
      serviceTier: row.service_tier,
      contextFrom: BigInt(row.context_from),
      status: row.status,
      billableTags: row.billable_tags,
    },
  };
}
