import type { DataSource, EntityManager } from 'typeorm';
import { type EpochMs, formatInstant } from '#calendar';
import {
  keyOf,
  type LimitAdjustment,
  type Quota,
  type QuotaMeasure,
  type QuotaVersion,
  type QuotaWindowSpec,
  rollingLookBack,
  windowAt,
} from '../domain/index.js';
import type { QuotaCatalog, QuotaCatalogReader } from '../service/quota-catalog.js';
import { type QuotaVersionRow, versionFromRow } from './definition-rows.js';
import { DATED_VERSIONS, HOLDING_VERSIONS, LATEST_OVERRIDES } from './definition-sql.js';

const SELECT_HOLDING = `
  select holding.*, (select min(s.valid_from) from quota_version s
    where s.account_id = $1 and s.quota = holding.quota and s.series_id = holding.series_id) as since
  from (${HOLDING_VERSIONS}) holding where not withdrawn order by quota collate "C"`;

const SELECT_NEXT = `
  select min(valid_from) as next from (${DATED_VERSIONS}) dated where valid_from > $2 and version > ended`;

/** Alerts look at windows that ended so lately; of rolling ones see `rollingLookBack`. */
const LOOKED_BACK_MS = 3_600_000;

/** All of a quota's in one row: as rows of their own, ten thousand of them take far longer to read. */
const SELECT_OVERRIDES = `
  select quota, json_agg(json_build_array(measure, subject, percent::float8, amount::text,
    (extract(epoch from valid_from) * 1000)::bigint, (extract(epoch from valid_until) * 1000)::bigint)
    order by override_id) as said
  from (${LATEST_OVERRIDES}) latest
  join unnest($2::text[], $3::timestamptz[]) bearing (name, since) on name = quota and valid_until > since
  where not withdrawn
  group by quota`;

interface OverridesRow {
  readonly quota: string;
  readonly said: readonly (readonly [QuotaMeasure, string | null, number, string, EpochMs, EpochMs])[];
}

/** Of an adjustment also what its amount is of. */
interface MeasuredAdjustment {
  readonly measure: QuotaMeasure;
  readonly adjustment: LimitAdjustment;
}

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
  const shared = sharedWindows();
  const versions = rows.map((row) => {
    const version = versionFromRow(row);
    return { ...version, window: shared(version.window), since: row.since.getTime() };
  });
  const overrides = await manager.query<OverridesRow[]>(SELECT_OVERRIDES, [
    accountId,
    versions.map(({ name }) => name),
    versions.map(({ window }) => formatInstant(bearingSince(window, at))),
  ]);
  const found = new Map(overrides.map(({ quota, said }) => [quota, said.map(adjustmentFromRow)]));
  const edges = next ? [next.getTime()] : [];
  const quotas = versions.map((version) => {
    const bearing = adjustmentsOf(version, found.get(version.name) ?? []);
    edges.push(...bearing.filter(({ from }) => from > at).map(({ from }) => from));
    return toQuota(
      version,
      bearing.filter(({ from }) => from <= at),
    );
  });
  const validUntil = edges.reduce<EpochMs | null>((first, edge) => Math.min(first ?? edge, edge), null);
  return { revision: catalog.revision, quotas, validUntil };
}

/** One object for windows that are alike: `windowAt` remembers by it, and works out once what most quotas share. */
function sharedWindows(): (window: QuotaWindowSpec) => QuotaWindowSpec {
  const known = new Map<string, QuotaWindowSpec>();
  return (window) => {
    const key = keyOf(window);
    const first = known.get(key) ?? window;
    known.set(key, first);
    return first;
  };
}

/**
 * Adjustments that end later bear on a limit that is still asked for: that of the window that runs, of the one before it, which says
 * what is carried, and of those that alerts look back at.
 */
function bearingSince(window: QuotaWindowSpec, at: EpochMs): EpochMs {
  const startAt = (instant: EpochMs) => windowAt(window, instant)?.limitStart ?? instant;
  const lookedAt = window.kind === 'rolling' ? rollingLookBack(window, at).first - 1 : at - LOOKED_BACK_MS;
  return Math.min(startAt(startAt(at) - 1), startAt(lookedAt));
}

function adjustmentsOf(version: QuotaVersion, overrides: readonly MeasuredAdjustment[]): readonly LimitAdjustment[] {
  return overrides
    .filter(({ measure, adjustment }) => measure === version.measure || adjustment.amount === 0n)
    .map(({ adjustment }) => adjustment);
}

function adjustmentFromRow(said: OverridesRow['said'][number]): MeasuredAdjustment {
  const [measure, subject, percent, amount, from, until] = said;
  return { measure, adjustment: { subject, from, until, percent, amount: BigInt(amount) } };
}

function toQuota(version: QuotaVersion & { since: EpochMs }, adjustments: readonly LimitAdjustment[]): Quota {
  const { validFrom, withdrawn: _withdrawn, reason: _reason, recordedAt: _at, recordedBy: _by, ...quota } = version;
  // What holds has a time from which on it does.
  return { ...quota, inForceSince: validFrom ?? version.since, adjustments };
}
