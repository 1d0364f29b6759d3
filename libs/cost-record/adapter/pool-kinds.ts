import type { EntityManager } from 'typeorm';
import { isPoolKind, type PoolKind } from '../domain/index.js';

/** The kinds of those of the names that are pools; of all pools when no names are given. */
export async function kindsOfPools(
  manager: EntityManager,
  accountId: number,
  pools: readonly string[] | null,
): Promise<ReadonlyMap<string, PoolKind>> {
  const sql = 'select pool, kind from pool where account_id = $1 and ($2::text[] is null or pool = any($2))';
  const rows = await manager.query<{ pool: string; kind: string }[]>(sql, [accountId, pools]);
  return new Map(rows.map(({ pool, kind }) => [pool, poolKindFromRow(kind)]));
}

export function poolKindFromRow(kind: string): PoolKind {
  if (!isPoolKind(kind)) throw new Error(`a pool is of the kind ${kind}, which this version does not know`);
  return kind;
}
