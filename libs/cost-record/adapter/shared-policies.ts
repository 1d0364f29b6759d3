import type { EntityManager } from 'typeorm';
import type { RecordedSharedPolicy } from '../service/pool-store.js';
import { PoolPolicyEntity } from './pool-policy.entity.js';
import { sharedPolicyFromRow } from './shared-policy-row.js';

/** The policies of all shared pools of an account, ascending by version. */
export async function sharedPolicies(manager: EntityManager, accountId: number): Promise<RecordedSharedPolicy[]> {
  const rows = await manager
    .createQueryBuilder(PoolPolicyEntity, 'policy')
    .where('policy.account_id = :accountId and policy.idle is null', { accountId })
    .orderBy('policy.version')
    .getMany();
  return rows.map(sharedPolicyFromRow);
}
