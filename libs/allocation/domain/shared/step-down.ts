import type { Share } from '#money';
import { type Amounts, addAmounts } from '../divide-period.js';
import { splitAmounts } from '../split-amounts.js';

/** Where what comes to a pool goes on to: who pays, or other pools. Keys are of owners or names of pools. */
export interface SharedStep {
  readonly to: 'owners' | 'pools';
  readonly shares: readonly Share[];
}

/** A pool on the way down: what came to it, and what of that went on to whom. */
export interface SteppedPool {
  readonly pool: string;
  readonly amounts: Amounts;
  readonly step: SharedStep;
  /** In the order of the step's shares. */
  readonly parts: readonly Amounts[];
}

/** A shared cost, split. All parts sum to it exactly, at both prices. */
export interface SharedParts {
  /** By the owner's key. */
  readonly owners: ReadonlyMap<string, Amounts>;
  /** What had no proportion to follow; null: nothing. */
  readonly kept: Amounts | null;
  /** What came to a pool without a rule, or all of it where pools go round in a circle; null: nothing. */
  readonly unruled: Amounts | null;
  /** The pools whose part went on, each after those that it comes from. */
  readonly way: readonly SteppedPool[];
}

/**
 * Splits a pool's shared cost step by step: over other pools, what comes to one of them over those it names in turn, until
 * all of it is with owners. Each pool is left once, after all that goes to it has come, so the result depends on no order, and
 * the work follows the number of pools and not of ways between them. Source: step-down allocation of service departments,
 * as in Horngren, "Cost Accounting". `stepOf` undefined: no rule holds for the pool.
 */
export function stepDown(
  pool: string,
  amounts: Amounts,
  stepOf: (pool: string) => SharedStep | undefined,
): SharedParts {
  const owners = new Map<string, Amounts>();
  const order = topDown(pool, stepOf);
  if (!order) return { owners, kept: null, unruled: amounts, way: [] };
  const arrived = new Map([[pool, amounts]]);
  const way: SteppedPool[] = [];
  let [kept, unruled]: (Amounts | null)[] = [null, null];
  for (const name of order) {
    const own = arrived.get(name);
    if (!own) continue;
    const step = stepOf(name);
    const parts = step && splitAmounts(own, step.shares);
    if (!step) unruled = unruled ? addAmounts(unruled, own) : own;
    else if (!parts) kept = kept ? addAmounts(kept, own) : own;
    if (!step || !parts) continue;
    way.push({ pool: name, amounts: own, step, parts });
    step.shares.forEach(({ key }, i) => {
      const part = parts[i];
      if (part) addTo(step.to === 'owners' ? owners : arrived, key, part);
    });
  }
  return { owners, kept: kept ?? null, unruled: unruled ?? null, way };
}

function addTo(sums: Map<string, Amounts>, key: string, part: Amounts): void {
  const before = sums.get(key);
  sums.set(key, before ? addAmounts(before, part) : part);
}

/** All pools that something may come to, each after those it comes from (Kahn); undefined when there is a circle. */
function topDown(first: string, stepOf: (pool: string) => SharedStep | undefined): string[] | undefined {
  const targetsOf = (pool: string) => {
    const step = stepOf(pool);
    return step?.to === 'pools' ? step.shares.map(({ key }) => key) : [];
  };
  const reached = [first];
  const comesFrom = new Map([[first, 0]]);
  for (const pool of reached) {
    for (const target of targetsOf(pool)) {
      const before = comesFrom.get(target);
      if (before === undefined) reached.push(target);
      comesFrom.set(target, (before ?? 0) + 1);
    }
  }
  const order = comesFrom.get(first) === 0 ? [first] : [];
  for (const pool of order) {
    for (const target of targetsOf(pool)) {
      const left = (comesFrom.get(target) ?? 0) - 1;
      comesFrom.set(target, left);
      if (left === 0) order.push(target);
    }
  }
  return order.length === reached.length ? order : undefined;
}
