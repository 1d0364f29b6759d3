import type { EpochMs } from '#calendar';
import { namedPools } from '#cost-record/domain';
import type { BilledSharedPool } from '../bill-inputs.js';

type Policies = Pick<BilledSharedPool, 'pool' | 'policies'>;

/**
 * [start, end) cut where a policy begins to hold of the pool, or of one that its cost may come to by way of others. A policy
 * that has no bearing on the pool cuts nothing: the pool's split stays the same to the pico.
 */
export function stretchesOf(
  { pool }: Policies,
  all: readonly Policies[],
  start: EpochMs,
  end: EpochMs,
): readonly (readonly [start: EpochMs, end: EpochMs])[] {
  const byPool = new Map(all.map((one) => [one.pool, one.policies]));
  const reached = new Set([pool]);
  const edges = new Set<EpochMs>();
  for (const name of reached) {
    for (const { validFrom, split } of byPool.get(name) ?? []) {
      if (validFrom > start && validFrom < end) edges.add(validFrom);
      for (const target of namedPools(split)) reached.add(target);
    }
  }
  const ends = [...edges].sort((a, b) => a - b).concat(end);
  return ends.map((to, i) => [ends[i - 1] ?? start, to] as const);
}
