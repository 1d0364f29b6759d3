import type { DataSource, EntityManager } from 'typeorm';
import { type EpochMs, formatInstant } from '#calendar';
import { type LimitAdjustment, type Quota, type QuotaOverride, type QuotaVersion, windowAt } from '../domain/index.js';
import type { QuotaCatalog, QuotaCatalogReader } from '../service/quota-catalog.js';
import { overrideFromRow, type QuotaOverrideRow, type QuotaVersionRow, versionFromRow } from './definition-rows.js';
import { DATED_VERSIONS, HOLDING_VERSIONS, LATEST_OVERRIDES } from './definition-sql.js';

const SELECT_HOLDING = `
  select holding.*, (select min(s.valid_from) from quota_version s
    where s.account_id = $1 and s.quota = holding.quota and s.series_id = holding.series_id) as since
  from (${HOLDING_VERSIONS}) holding where not withdrawn order by quota collate "C"`;

const SELECT_NEXT = `
  select min(valid_from) as next from (${DATED_VERSIONS}) dated where valid_from > $2 and version > ended`;

/** No window of a calendar is longer, so those that are over longer bear on totals alone. */
const LONGEST_WINDOW = '367 days';

const SELECT_OVERRIDES = `
  select * from (${LATEST_OVERRIDES}) latest
  where not withdrawn and (valid_until > $2::timestamptz - interval '${LONGEST_WINDOW}' or quota = any ($3::text[]))
  order by override_id`;

type HoldingRow = QuotaVersionRow & { readonly since: Date };

export class SqlQuotaCatalogReader implements QuotaCatalogReader {
  constructor(private readonly dataSource: DataSource) {}

  load(accountId: number, at: EpochMs): Promise<QuotaCatalog> {
    // One snapshot: the revision is that of what is read.
    return this.dataSource.transaction('REPEATABLE READ', (manager) => read(manager, accountId, at));
  }
}

async function read(manager: EntityManager, accountId: number, at: EpochMs): Promise<QuotaCatalog> {
  const sql = 'select revision from quota_catalog where account_id = $1';
  const [catalog] = await manager.query<{ revision: string }[]>(sql, [accountId]);
  // Nothing was ever said.
  if (!catalog) return { revision: '0', quotas: [], validUntil: null };
  const parameters = [accountId, formatInstant(at)];
  const rows = await manager.query<HoldingRow[]>(SELECT_HOLDING, parameters);
  const [{ next } = { next: null }] = await manager.query<{ next: Date | null }[]>(SELECT_NEXT, parameters);
  const versions = rows.map((row) => ({ ...versionFromRow(row), since: row.since.getTime() }));
  const totals = versions.filter(({ window }) => window.kind === 'total').map(({ name }) => name);
  const overrides = await manager.query<QuotaOverrideRow[]>(SELECT_OVERRIDES, [...parameters, totals]);
  const found = overridesByQuota(overrides.map(overrideFromRow));
  const edges = next ? [next.getTime()] : [];
  const quotas = versions.map((version) => {
    const bearing = (found.get(version.name) ?? []).filter((override) => bears(override, version, at));
    edges.push(...bearing.filter(({ from }) => from > at).map(({ from }) => from));
    return toQuota(version, bearing.filter(({ from }) => from <= at).map(toAdjustment));
  });
  const validUntil = edges.reduce<EpochMs | null>((first, edge) => Math.min(first ?? edge, edge), null);
  return { revision: catalog.revision, quotas, validUntil };
}

/** Whether a window that is running or comes may be one that it is for. */
function bears({ measure, amount, until }: QuotaOverride, version: QuotaVersion, at: EpochMs): boolean {
  if (measure !== version.measure && amount !== 0n) return false;
  const running = windowAt(version.window, at)?.limitStart ?? at;
  return until > running;
}

function overridesByQuota(overrides: readonly QuotaOverride[]): ReadonlyMap<string, readonly QuotaOverride[]> {
  const found = new Map<string, QuotaOverride[]>();
  for (const override of overrides) {
    const known = found.get(override.quota);
    if (known) known.push(override);
    else found.set(override.quota, [override]);
  }
  return found;
}

function toQuota(version: QuotaVersion & { since: EpochMs }, adjustments: readonly LimitAdjustment[]): Quota {
  const {
    validFrom: _from,
    withdrawn: _withdrawn,
    reason: _reason,
    recordedAt: _at,
    recordedBy: _by,
    ...quota
  } = version;
  return { ...quota, adjustments };
}

function toAdjustment({ subject, from, until, percent, amount }: QuotaOverride): LimitAdjustment {
  return { subject, from, until, percent, amount };
}
