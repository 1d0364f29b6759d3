import type { EntityManager } from 'typeorm';
import { type EpochMs, formatInstant } from '#calendar';
import type { QuotaOverride, QuotaVersion } from '../domain/index.js';
import type { NewQuotaVersion, QuotaChanges } from '../service/definition-store.js';
import {
  overrideFromRow,
  overrideToRow,
  type QuotaOverrideRow,
  type QuotaVersionRow,
  versionFromRow,
  versionToRow,
} from './definition-rows.js';
import { LATEST_OVERRIDES } from './definition-sql.js';

const VERSION_COLUMNS = [
  ...['quota', 'version', 'series_id', 'valid_from', 'withdrawn', 'level', 'subject', 'team', 'tag_key'],
  ...['provider', 'model', 'pool', 'tier', 'environment', 'status', 'measure'],
  ...[
    'window_kind',
    'window_unit',
    'time_zone',
    'week_start',
    'anchor_day',
    'length_ms',
    'window_from',
    'window_until',
  ],
  ...[
    'limit_amount',
    'action',
    'fallback',
    'tier_percents',
    'rollover_cap',
    'actual_thresholds',
    'forecast_thresholds',
  ],
  ...['anomalies', 'reason', 'recorded_at', 'recorded_by'],
].join(', ');

const OVERRIDE_COLUMNS = [
  ...['override_id', 'version', 'quota', 'kind', 'subject', 'measure', 'percent', 'amount', 'valid_from'],
  ...['valid_until', 'partner_id', 'withdrawn', 'reason', 'recorded_at', 'recorded_by'],
].join(', ');

const INSERT_VERSIONS = `
  insert into quota_version (account_id, ${VERSION_COLUMNS})
  select $1, ${VERSION_COLUMNS} from jsonb_populate_recordset(null::quota_version, $2::jsonb)`;

const INSERT_OVERRIDES = `
  insert into quota_override (account_id, ${OVERRIDE_COLUMNS})
  select $1, ${OVERRIDE_COLUMNS} from jsonb_populate_recordset(null::quota_override, $2::jsonb)`;

const COUNT_QUOTAS = `
  select count(*)::int as count from (
    select distinct on (quota) withdrawn from quota_version where account_id = $1 order by quota, version desc
  ) latest where not withdrawn`;

const LIVING_OVERRIDES = `select * from (${LATEST_OVERRIDES}) latest where not withdrawn and valid_until > $2`;

export class SqlQuotaChanges implements QuotaChanges {
  constructor(
    private readonly manager: EntityManager,
    private readonly accountId: number,
  ) {}

  async versionsOf(names: readonly string[]): Promise<ReadonlyMap<string, readonly QuotaVersion[]>> {
    const sql =
      'select * from quota_version where account_id = $1 and quota = any ($2::text[]) order by quota, version';
    const rows = await this.manager.query<QuotaVersionRow[]>(sql, [this.accountId, names]);
    const versions = new Map<string, QuotaVersion[]>();
    for (const version of rows.map(versionFromRow)) {
      const known = versions.get(version.name);
      if (known) known.push(version);
      else versions.set(version.name, [version]);
    }
    return versions;
  }

  async addVersions(versions: readonly NewQuotaVersion[]): Promise<void> {
    const begun = versions.filter(({ seriesId }) => seriesId === undefined).map(({ name }) => name);
    const made = await this.manager.query<{ quota: string; series_id: string }[]>(
      'insert into quota_series (account_id, quota) select $1, unnest($2::text[]) returning quota, series_id',
      [this.accountId, begun],
    );
    const series = new Map(made.map(({ quota, series_id }) => [quota, series_id]));
    const rows = versions.map((version) => {
      const seriesId = version.seriesId ?? series.get(version.name);
      if (seriesId === undefined) throw new Error(`quota ${version.name} was given no series`);
      return versionToRow(version, seriesId);
    });
    await this.manager.query(INSERT_VERSIONS, [this.accountId, JSON.stringify(rows)]);
  }

  async countQuotas(): Promise<number> {
    return this.count(COUNT_QUOTAS, [this.accountId]);
  }

  async overridesOf(names: readonly string[], at: EpochMs): Promise<readonly QuotaOverride[]> {
    const sql = `${LIVING_OVERRIDES} and quota = any ($3::text[])`;
    const parameters = [this.accountId, formatInstant(at), names];
    return (await this.manager.query<QuotaOverrideRow[]>(sql, parameters)).map(overrideFromRow);
  }

  async findOverrides(overrideIds: readonly string[]): Promise<readonly QuotaOverride[]> {
    const sql = `
      select distinct on (override_id) * from quota_override where account_id = $1 and override_id = any ($2::bigint[])
      order by override_id, version desc`;
    return (await this.manager.query<QuotaOverrideRow[]>(sql, [this.accountId, overrideIds])).map(overrideFromRow);
  }

  async nextOverrideIds(count: number): Promise<readonly string[]> {
    const sql = `select nextval('quota_override_id') as id from generate_series(1, $1)`;
    return (await this.manager.query<{ id: string }[]>(sql, [count])).map(({ id }) => id);
  }

  async addOverrides(overrides: readonly QuotaOverride[]): Promise<void> {
    if (overrides.length === 0) return;
    await this.manager.query(INSERT_OVERRIDES, [this.accountId, JSON.stringify(overrides.map(overrideToRow))]);
  }

  async countOverrides(now: EpochMs): Promise<number> {
    const sql = `select count(*)::int as count from (${LIVING_OVERRIDES}) living`;
    return this.count(sql, [this.accountId, formatInstant(now)]);
  }

  private async count(sql: string, parameters: readonly unknown[]): Promise<number> {
    const [row] = await this.manager.query<{ count: number }[]>(sql, [...parameters]);
    return row?.count ?? 0;
  }
}
