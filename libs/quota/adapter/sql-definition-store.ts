import type { DataSource } from 'typeorm';
import { type EpochMs, formatInstant } from '#calendar';
import type { Outcome } from '#outcome';
import type { QuotaOverride, QuotaVersion } from '../domain/index.js';
import type {
  QuotaChanges,
  QuotaDefinitionStore,
  QuotaOverridePage,
  QuotaPage,
  QuotaState,
  QuotaVersionPage,
} from '../service/definition-store.js';
import { overrideFromRow, type QuotaOverrideRow, type QuotaVersionRow, versionFromRow } from './definition-rows.js';
import { HOLDING_VERSIONS } from './definition-sql.js';
import { SqlQuotaChanges } from './sql-quota-changes.js';

/** Of quotas that `which` names. */
const selectLatest = (which: string) => `
  select latest.*, holding.version as in_force from (
    select distinct on (quota) * from quota_version where account_id = $1 and (${which})
    order by quota, version desc
  ) latest
  left join (${HOLDING_VERSIONS}) holding on holding.quota = latest.quota and not holding.withdrawn
  where not latest.withdrawn
  order by latest.quota collate "C" limit $4`;

const SELECT_LATEST = selectLatest('$3::text is null or quota collate "C" > $3');
const SELECT_ONE = selectLatest('quota = $3');

const SELECT_HOLDING = `
  select *, version as in_force from (${HOLDING_VERSIONS}) holding
  where not withdrawn and ($3::text is null or quota collate "C" > $3)
  order by quota collate "C" limit $4`;

const SELECT_VERSIONS = `
  select * from quota_version where account_id = $1 and quota = $2 and version > $3 order by version limit $4`;

const SELECT_OVERRIDES = `
  select * from (
    select distinct on (override_id) * from quota_override where account_id = $1 and quota = $2 and override_id > $3
    order by override_id, version desc
  ) latest order by override_id limit $4`;

export class SqlQuotaDefinitionStore implements QuotaDefinitionStore {
  constructor(private readonly dataSource: DataSource) {}

  list({ accountId, after, limit }: QuotaPage, now: EpochMs): Promise<readonly QuotaState[]> {
    return this.states(SELECT_LATEST, [accountId, formatInstant(now), after ?? null, limit]);
  }

  listAt({ accountId, after, limit }: QuotaPage, at: EpochMs): Promise<readonly QuotaState[]> {
    return this.states(SELECT_HOLDING, [accountId, formatInstant(at), after ?? null, limit]);
  }

  async find(accountId: number, name: string, now: EpochMs): Promise<QuotaState | undefined> {
    const [found] = await this.states(SELECT_ONE, [accountId, formatInstant(now), name, 1]);
    return found;
  }

  async versions({ accountId, name, after, limit }: QuotaVersionPage): Promise<readonly QuotaVersion[]> {
    const parameters = [accountId, name, after ?? 0, limit];
    return (await this.dataSource.query<QuotaVersionRow[]>(SELECT_VERSIONS, parameters)).map(versionFromRow);
  }

  async overrides({ accountId, quota, after, limit }: QuotaOverridePage): Promise<readonly QuotaOverride[]> {
    const parameters = [accountId, quota, after ?? '0', limit];
    return (await this.dataSource.query<QuotaOverrideRow[]>(SELECT_OVERRIDES, parameters)).map(overrideFromRow);
  }

  async change<T>(accountId: number, work: (changes: QuotaChanges) => Promise<Outcome<T>>): Promise<Outcome<T>> {
    let outcome: Outcome<T> | undefined;
    try {
      return await this.dataSource.transaction(async (manager) => {
        // One change of the account's quotas at a time, or two could give one quota the same version.
        await manager.query(`select pg_advisory_xact_lock(hashtext('quota_version'), $1)`, [accountId]);
        outcome = await work(new SqlQuotaChanges(manager, accountId));
        if (!outcome.ok) throw new Refused();
        return outcome;
      });
    } catch (error) {
      if (error instanceof Refused && outcome) return outcome;
      throw error;
    }
  }

  private async states(sql: string, parameters: readonly unknown[]): Promise<readonly QuotaState[]> {
    const rows = await this.dataSource.query<(QuotaVersionRow & { in_force: number | null })[]>(sql, [...parameters]);
    return rows.map((row) => ({ version: versionFromRow(row), inForce: row.in_force }));
  }
}

/** Rolls the transaction back. */
class Refused extends Error {}
