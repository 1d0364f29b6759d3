import { type EpochMs, versionAt } from '#calendar';
import { namedPools, type SharedPolicy } from './shared-policy.js';

/** Pools that would pay each other's cost, the first and the last the same, and an instant at which they would. */
export interface CircleOfPools {
  readonly pools: readonly string[];
  readonly at: EpochMs;
}

/**
 * The way from a pool over those its policy names, and theirs, back to it, at any instant from `from` on; undefined when
 * there is none. Who names whom changes only when a policy begins to hold. `policies` are those of all shared pools.
 */
export function circleThrough(
  pool: string,
  policies: readonly SharedPolicy[],
  from: EpochMs,
): CircleOfPools | undefined {
  const byPool = new Map<string, SharedPolicy[]>();
  for (const policy of policies) byPool.set(policy.pool, [...(byPool.get(policy.pool) ?? []), policy]);
  const instants = new Set([from, ...policies.map(({ validFrom }) => validFrom).filter((at) => at > from)]);
  for (const at of [...instants].sort((a, b) => a - b)) {
    const pools = wayBack(pool, (name) => {
      const policy = versionAt(byPool.get(name) ?? [], at);
      return policy ? namedPools(policy.split) : [];
    });
    if (pools) return { pools, at };
  }
  return undefined;
}

/** The shortest way, breadth first. */
function wayBack(pool: string, targetsOf: (pool: string) => readonly string[]): string[] | undefined {
  const cameFrom = new Map<string, string>();
  const reached = [pool];
  for (const name of reached) {
    for (const target of targetsOf(name)) {
      if (target === pool) return [...wayTo(name, pool, cameFrom), pool];
      if (cameFrom.has(target)) continue;
      cameFrom.set(target, name);
      reached.push(target);
    }
  }
  return undefined;
}

function wayTo(name: string, first: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const way = [name];
  for (let at = name; at !== first; ) {
    at = cameFrom.get(at) ?? first;
    way.unshift(at);
  }
  return way;
}
