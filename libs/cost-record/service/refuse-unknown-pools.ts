import type { ImportRow, RowFailures } from '#outcome';
import type { PoolKind } from '../domain/index.js';

/** Something of an import that is of a pool. */
export interface OfPool {
  readonly row: ImportRow;
  readonly pool: string;
}

interface PoolKinds {
  kindsOf(accountId: number, pools: readonly string[]): Promise<ReadonlyMap<string, PoolKind>>;
}

/** What is imported for pools of a kind, and how such a pool is made. */
const IMPORTED: Readonly<Record<PoolKind, { readonly what: string; readonly create: string }>> = {
  capacity: {
    what: 'has no instances (apportion shared-costs import)',
    create: 'apportion pools create, POST /v1/pools',
  },
  shared: {
    what: 'has no shared costs (apportion cost-records import)',
    create: 'apportion pools create --shared, POST /v1/pools',
  },
};

/** Cost is of a pool that somebody has set up, for one that is made by a slip of the pen would be billed to nobody. */
export async function refuseUnknownPools(
  store: PoolKinds,
  accountId: number,
  items: readonly OfPool[],
  expected: PoolKind,
  failures: RowFailures,
): Promise<void> {
  const kinds = await store.kindsOf(accountId, [...new Set(items.map(({ pool }) => pool))]);
  const { what, create } = IMPORTED[expected];
  for (const { row, pool } of items) {
    const kind = kinds.get(pool);
    const name = JSON.stringify(pool);
    if (kind === undefined)
      failures.add(row, 'pool', 'cost_record.unknown_pool', `there is no pool ${name}; create it first (${create})`);
    else if (kind !== expected)
      failures.add(row, 'pool', 'cost_record.other_pool_kind', `${name} is a pool of ${SAID[kind]} and ${what}`);
  }
}

const SAID: Readonly<Record<PoolKind, string>> = { capacity: 'capacity', shared: 'shared cost' };
