import type { DataSource, EntityManager } from 'typeorm';
import { formatInstant } from '#calendar';
import { formatPicos } from '#money';
import { type InvoiceMatch, inPeriod, type MatchConditions, type ReconciliationPolicy } from '../domain/index.js';
import type { ReconciliationRuleStore, Recorded, RulePage } from '../service/reconciliation-rules.js';
import {
  MATCH_COLUMNS_SQL,
  type MatchRow,
  matchFromRow,
  POLICY_COLUMNS_SQL,
  type PolicyRow,
  policyFromRow,
} from './rule-row.js';

/** Code-unit order, whatever the database's locale: a page must go on where the last one ended. */
const MATCH_KEY_SQL = ['provider', 'sub_account', 'sku', 'resource', 'tag'].map((c) => `${c} collate "C"`).join(', ');

const SELECT_MATCHES = `
  select ${MATCH_COLUMNS_SQL} from invoice_match
  where account_id = $1 and ($2::text is null or (${MATCH_KEY_SQL}, version) > ($2, $3, $4, $5, $6, $7::int))
  order by ${MATCH_KEY_SQL}, version limit $8`;

const SELECT_POLICIES = `
  select ${POLICY_COLUMNS_SQL} from reconciliation_policy
  where account_id = $1 and ($2::text is null or (party collate "C", version) > ($2, $3::int))
  order by party collate "C", version limit $4`;

const SAME_MATCH = `
  select ${MATCH_COLUMNS_SQL} from invoice_match
  where account_id = $1 and (provider, sub_account, sku, resource, tag) = ($2, $3, $4, $5, $6) order by version`;

const SAME_PARTY = `
  select ${POLICY_COLUMNS_SQL} from reconciliation_policy where account_id = $1 and party = $2 order by version`;

const INSERT_MATCH = `
  insert into invoice_match (account_id, ${MATCH_COLUMNS_SQL})
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`;

const INSERT_POLICY = `
  insert into reconciliation_policy (account_id, ${POLICY_COLUMNS_SQL}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`;

export class SqlReconciliationRuleStore implements ReconciliationRuleStore {
  constructor(private readonly dataSource: DataSource) {}

  async matches({ accountId, after, limit }: RulePage): Promise<readonly Recorded<InvoiceMatch>[]> {
    const position = after ? [...after.key, after.version] : [null, null, null, null, null, null];
    return (await this.dataSource.query<MatchRow[]>(SELECT_MATCHES, [accountId, ...position, limit])).map(matchFromRow);
  }

  async policies({ accountId, after, limit }: RulePage): Promise<readonly Recorded<ReconciliationPolicy>[]> {
    const position = after ? [...after.key, after.version] : [null, null];
    const rows = await this.dataSource.query<PolicyRow[]>(SELECT_POLICIES, [accountId, ...position, limit]);
    return rows.map(policyFromRow);
  }

  addMatch(
    accountId: number,
    conditions: MatchConditions,
    say: Parameters<ReconciliationRuleStore['addMatch']>[2],
  ): Promise<Recorded<InvoiceMatch>> {
    const { provider, subAccount, sku, resource, tag } = conditions;
    const key = [provider, subAccount ?? '', sku ?? '', resource ?? '', tag ?? ''];
    return this.add<Recorded<InvoiceMatch>>(accountId, {
      say,
      versions: async (manager) => (await manager.query<MatchRow[]>(SAME_MATCH, [accountId, ...key])).map(matchFromRow),
      termsOf: ({ target }) => [target],
      insert: ({ target, fromPeriod, recordedAt, recordedBy }, version) => {
        const pool = target.to === 'pool' ? target.pool : null;
        const [named, model] = target.to === 'provider' ? [target.provider, target.model] : [null, null];
        const said = [fromPeriod, target.to, pool, named, model, formatInstant(recordedAt), recordedBy];
        return [INSERT_MATCH, [accountId, ...key, version, ...said]];
      },
    });
  }

  addPolicy(
    accountId: number,
    party: string,
    say: Parameters<ReconciliationRuleStore['addPolicy']>[2],
  ): Promise<Recorded<ReconciliationPolicy>> {
    return this.add<Recorded<ReconciliationPolicy>>(accountId, {
      say,
      versions: async (manager) =>
        (await manager.query<PolicyRow[]>(SAME_PARTY, [accountId, party])).map(policyFromRow),
      termsOf: ({ policy, sharedPool, tolerance, toleranceBasisPoints }) => [
        ...[policy, sharedPool],
        ...[tolerance.toString(), toleranceBasisPoints],
      ],
      insert: (policy, version) => {
        const { fromPeriod, sharedPool, tolerance, toleranceBasisPoints, recordedAt, recordedBy } = policy;
        const said = [fromPeriod, policy.policy, sharedPool, formatPicos(tolerance), toleranceBasisPoints];
        return [INSERT_POLICY, [accountId, party, version, ...said, formatInstant(recordedAt), recordedBy]];
      },
    });
  }

  async kindOfPool(accountId: number, pool: string): Promise<'capacity' | 'shared' | undefined> {
    const sql = 'select kind from pool where account_id = $1 and pool = $2';
    return (await this.dataSource.query<{ kind: 'capacity' | 'shared' }[]>(sql, [accountId, pool]))[0]?.kind;
  }

  /** One addition at a time, or two could give one thing the same version. */
  private add<T extends { readonly version: number; readonly fromPeriod: string }>(
    accountId: number,
    { say, versions, termsOf, insert }: Addition<T>,
  ): Promise<T> {
    return this.dataSource.transaction(async (manager) => {
      await manager.query(`select pg_advisory_xact_lock(hashtext('reconciliation_rules'), $1)`, [accountId]);
      const before = await versions(manager);
      const said = say(before);
      const holds = inPeriod(before, said.fromPeriod);
      if (holds && JSON.stringify(termsOf(holds)) === JSON.stringify(termsOf(said))) return holds;
      const [sql, parameters] = insert(said, (before.at(-1)?.version ?? 0) + 1);
      await manager.query(sql, parameters);
      const added = (await versions(manager)).at(-1);
      if (!added) throw new Error('what was added is not there');
      return added;
    });
  }
}

interface Addition<T> {
  readonly say: (before: readonly T[]) => Omit<T, 'version'>;
  readonly versions: (manager: EntityManager) => Promise<T[]>;
  /** What a version says, to tell whether another says the same. */
  readonly termsOf: (said: Omit<T, 'version'>) => unknown[];
  readonly insert: (said: Omit<T, 'version'>, version: number) => [sql: string, parameters: unknown[]];
}
