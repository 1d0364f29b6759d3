import { type DataSource, IsNull, Not } from 'typeorm';
import { type EpochMs, formatInstant } from '#calendar';
import { groupBy } from '#money';
import type { CapacityPurchase, CostRecord } from '../domain/index.js';
import type { PoolCostReader, PoolInputs } from '../service/pool-cost-reader.js';
import {
  COST_RECORD_COLUMNS_SQL,
  type CostRecordRow,
  CURRENT_VERSION_SQL,
  costRecordFromRow,
} from './cost-record-row.js';
import { policyFromRow } from './policy-row.js';
import { PoolEntity } from './pool.entity.js';
import { PoolPolicyEntity } from './pool-policy.entity.js';
import { IS_CURRENT_SQL, PURCHASE_COLUMNS_SQL, type PurchaseRow, purchaseFromRow } from './purchase-row.js';

const SELECT_TOUCHING = `
  select ${COST_RECORD_COLUMNS_SQL} from cost_record r ${CURRENT_VERSION_SQL}
  where r.account_id = $1 and r.valid_from < $3 and (v.valid_to is null or v.valid_to > $2)
  order by r.valid_from, r.cost_record_id`;

const SELECT_PURCHASES = `
  select ${PURCHASE_COLUMNS_SQL} from capacity_purchase_version v
  where v.account_id = $1 and ${IS_CURRENT_SQL} and v.valid_from < $3 and v.valid_to > $2
  order by v.purchase collate "C"`;

export class SqlPoolCostReader implements PoolCostReader {
  constructor(private readonly dataSource: DataSource) {}

  /** All from one snapshot: a bill must not see a pool's policy without the records that came with it. */
  load(accountId: number, start: EpochMs, end: EpochMs): Promise<readonly PoolInputs[]> {
    return this.dataSource.transaction('REPEATABLE READ', async (manager) => {
      const pools = await manager.findBy(PoolEntity, { accountId, kind: 'capacity' });
      const policies = await manager.find(PoolPolicyEntity, {
        where: { accountId, idle: Not(IsNull()) },
        order: { version: 'asc' },
      });
      const parameters = [accountId, formatInstant(start), formatInstant(end)];
      const rows = await manager.query<CostRecordRow[]>(SELECT_TOUCHING, parameters);
      const purchases = await manager.query<PurchaseRow[]>(SELECT_PURCHASES, parameters);
      const policiesByPool = groupByPool(policies.map(policyFromRow));
      const recordsByPool = groupByPool<CostRecord>(rows.map(costRecordFromRow));
      const purchasesByPool = groupByPool<CapacityPurchase>(purchases.map(purchaseFromRow));
      return pools
        .map(({ pool }) => ({
          pool,
          policies: policiesByPool.get(pool) ?? [],
          costRecords: recordsByPool.get(pool) ?? [],
          purchases: purchasesByPool.get(pool) ?? [],
        }))
        .sort((a, b) => (a.pool < b.pool ? -1 : 1));
    });
  }
}

export function groupByPool<T extends { readonly pool: string }>(items: readonly T[]): Map<string, T[]> {
  return groupBy(items, ({ pool }) => pool);
}
