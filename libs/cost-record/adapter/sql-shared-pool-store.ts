import type { DataSource, EntityManager } from 'typeorm';
import { type Outcome, succeed } from '#outcome';
import type { SharedPool } from '../service/pool-store.js';
import type { PoolNet, SharedPoolChange, SharedPoolStore } from '../service/shared-pool-store.js';
import { PoolEntity } from './pool.entity.js';
import { kindsOfPools } from './pool-kinds.js';
import { PoolPolicyEntity } from './pool-policy.entity.js';
import { sharedPolicies } from './shared-policies.js';
import { splitToRow } from './shared-policy-row.js';
import { findPool, lockPools } from './typeorm-pool-store.js';

export class SqlSharedPoolStore implements SharedPoolStore {
  constructor(private readonly dataSource: DataSource) {}

  net(accountId: number): Promise<PoolNet> {
    return this.dataSource.transaction('REPEATABLE READ', (manager) => netOf(manager, accountId));
  }

  change(accountId: number, decide: (net: PoolNet) => Outcome<SharedPoolChange>): Promise<Outcome<SharedPool>> {
    return this.dataSource.transaction(async (manager) => {
      await lockPools(manager, accountId);
      const decided = decide(await netOf(manager, accountId));
      if (!decided.ok) return decided;
      const { pool, createdAt, policy } = decided.value;
      if (createdAt !== null)
        await manager.insert(PoolEntity, { accountId, pool, kind: 'shared', createdAt: new Date(createdAt) });
      if (policy)
        await manager.insert(PoolPolicyEntity, {
          accountId,
          pool,
          version: policy.version,
          validFrom: new Date(policy.validFrom),
          ...splitToRow(policy.split),
          recordedAt: new Date(policy.recordedAt),
          recordedBy: policy.recordedBy,
        });
      const changed = await findPool(manager, accountId, pool);
      if (changed?.kind !== 'shared') throw new Error(`the shared pool ${pool} is gone while it is changed`);
      return succeed(changed);
    });
  }
}

async function netOf(manager: EntityManager, accountId: number): Promise<PoolNet> {
  const kinds = await kindsOfPools(manager, accountId, null);
  return { kinds, policies: await sharedPolicies(manager, accountId) };
}
