import { type DataSource, type EntityManager, In } from 'typeorm';
import type { CapacityPool, Pool, PoolPage, PoolStore, RecordedPoolPolicy } from '../service/pool-store.js';
import { idleToRow, parametersToRow, policyFromRow } from './policy-row.js';
import { PoolEntity } from './pool.entity.js';
import { poolKindFromRow } from './pool-kinds.js';
import { PoolPolicyEntity } from './pool-policy.entity.js';
import { sharedPolicyFromRow } from './shared-policy-row.js';
import { groupByPool } from './sql-pool-cost-reader.js';

export const COST_RECORD_ENTITIES = [PoolEntity, PoolPolicyEntity];

export class TypeormPoolStore implements PoolStore {
  constructor(private readonly dataSource: DataSource) {}

  async list({ accountId, after, limit }: PoolPage): Promise<readonly Pool[]> {
    const query = this.dataSource.manager
      .createQueryBuilder(PoolEntity, 'pool')
      .where('pool.account_id = :accountId', { accountId })
      // Code-unit order, whatever the database's locale: a page must go on where the last one ended.
      .orderBy('pool.pool collate "C"')
      .limit(limit);
    if (after !== undefined) query.andWhere('pool.pool collate "C" > :after', { after });
    return withPolicies(this.dataSource.manager, accountId, await query.getMany());
  }

  find(accountId: number, pool: string): Promise<Pool | undefined> {
    return findPool(this.dataSource.manager, accountId, pool);
  }

  create(accountId: number, pool: CapacityPool): Promise<boolean> {
    return this.dataSource.transaction(async (manager) => {
      await lockPools(manager, accountId);
      const inserted = await manager.query<unknown[]>(
        `insert into pool (account_id, pool, created_at) values ($1, $2, $3) on conflict do nothing returning pool`,
        [accountId, pool.pool, new Date(pool.createdAt)],
      );
      if (inserted.length === 0) return false;
      for (const policy of pool.policies) await insertPolicy(manager, accountId, policy);
      return true;
    });
  }

  addPolicy(
    accountId: number,
    pool: string,
    decide: (current: Pool) => Omit<RecordedPoolPolicy, 'version'> | undefined,
  ): Promise<Pool | undefined> {
    return this.dataSource.transaction(async (manager) => {
      // A key-share lock is enough for cost records that refer to the pool, so their imports do not wait for this one.
      await manager.query('select from pool where account_id = $1 and pool = $2 for no key update', [accountId, pool]);
      const current = await findPool(manager, accountId, pool);
      const policy = current && decide(current);
      if (!current || !policy) return current;
      await insertPolicy(manager, accountId, { ...policy, version: (current.policies.at(-1)?.version ?? 0) + 1 });
      return findPool(manager, accountId, pool);
    });
  }
}

async function insertPolicy(manager: EntityManager, accountId: number, policy: RecordedPoolPolicy): Promise<void> {
  await manager.insert(PoolPolicyEntity, {
    accountId,
    pool: policy.pool,
    version: policy.version,
    validFrom: new Date(policy.validFrom),
    basis: policy.attribution.basis,
    parameters: parametersToRow(policy.attribution),
    ...idleToRow(policy.idle),
    recordedAt: new Date(policy.recordedAt),
    recordedBy: policy.recordedBy,
  });
}

/** What is asked of the pools of an account stays so until the transaction ends: none joins them meanwhile. */
export async function lockPools(manager: EntityManager, accountId: number): Promise<void> {
  await manager.query(`select pg_advisory_xact_lock(hashtext('pool'), $1)`, [accountId]);
}

export async function findPool(manager: EntityManager, accountId: number, pool: string): Promise<Pool | undefined> {
  const [found] = await withPolicies(manager, accountId, await manager.findBy(PoolEntity, { accountId, pool }));
  return found;
}

async function withPolicies(manager: EntityManager, accountId: number, pools: readonly PoolEntity[]): Promise<Pool[]> {
  if (pools.length === 0) return [];
  const rows = await manager.find(PoolPolicyEntity, {
    where: { accountId, pool: In(pools.map(({ pool }) => pool)) },
    order: { version: 'asc' },
  });
  const byPool = groupByPool(rows);
  return pools.map((entity): Pool => {
    const { pool } = entity;
    const [createdAt, policies] = [entity.createdAt.getTime(), byPool.get(pool) ?? []];
    const kind = poolKindFromRow(entity.kind);
    if (kind === 'capacity') return { pool, kind, createdAt, policies: policies.map(policyFromRow) };
    return { pool, kind, createdAt, policies: policies.map(sharedPolicyFromRow) };
  });
}
