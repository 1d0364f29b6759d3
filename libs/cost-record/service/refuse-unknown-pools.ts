import type { ImportRow, RowFailures } from '#outcome';
import type { CostRecordStore } from './cost-record-store.js';

/** Something of an import that is of a pool. */
export interface OfPool {
  readonly row: ImportRow;
  readonly pool: string;
}

/** Capacity is of a pool that somebody has set up, for one that is made by a slip of the pen would be billed to nobody. */
export async function refuseUnknownPools(
  store: Pick<CostRecordStore, 'knownPools'>,
  accountId: number,
  items: readonly OfPool[],
  failures: RowFailures,
): Promise<void> {
  const known = await store.knownPools(accountId, [...new Set(items.map(({ pool }) => pool))]);
  for (const { row, pool } of items) {
    if (known.has(pool)) continue;
    const detail = `there is no pool ${JSON.stringify(pool)}; create it first (apportion pools create, POST /v1/pools)`;
    failures.add(row, 'pool', 'cost_record.unknown_pool', detail);
  }
}
