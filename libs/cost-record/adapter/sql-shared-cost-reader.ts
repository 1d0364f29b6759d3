import type { DataSource } from 'typeorm';
import { type EpochMs, formatInstant } from '#calendar';
import type { SharedCost } from '../domain/index.js';
import type { SharedCostReader, SharedPoolInputs } from '../service/shared-cost-reader.js';
import { PoolEntity } from './pool.entity.js';
import {
  CURRENT_SHARED_VERSION_SQL,
  SHARED_COST_COLUMNS_SQL,
  type SharedCostRow,
  sharedCostFromRow,
} from './shared-cost-row.js';
import { sharedPolicies } from './shared-policies.js';
import { groupByPool } from './sql-pool-cost-reader.js';

const SELECT_TOUCHING = `
  select ${SHARED_COST_COLUMNS_SQL} from shared_cost c ${CURRENT_SHARED_VERSION_SQL}
  where c.account_id = $1 and c.valid_from < $3 and v.valid_to > $2
  order by c.valid_from, c.shared_cost_id`;

export class SqlSharedCostReader implements SharedCostReader {
  constructor(private readonly dataSource: DataSource) {}

  /** All from one snapshot, as pools of capacity are read. */
  load(accountId: number, start: EpochMs, end: EpochMs): Promise<readonly SharedPoolInputs[]> {
    return this.dataSource.transaction('REPEATABLE READ', async (manager) => {
      const pools = await manager.findBy(PoolEntity, { accountId, kind: 'shared' });
      if (pools.length === 0) return [];
      const policies = groupByPool(await sharedPolicies(manager, accountId));
      const rows = await manager.query<SharedCostRow[]>(SELECT_TOUCHING, [
        accountId,
        formatInstant(start),
        formatInstant(end),
      ]);
      const costs = groupByPool<SharedCost>(rows.map(sharedCostFromRow));
      return pools
        .map(({ pool }) => ({ pool, policies: policies.get(pool) ?? [], sharedCosts: costs.get(pool) ?? [] }))
        .sort((a, b) => (a.pool < b.pool ? -1 : 1));
    });
  }
}
