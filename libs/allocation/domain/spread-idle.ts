import { splitByLargestRemainder } from '#money';
import type { Amounts } from './divide-period.js';

/** Somebody who used a pool in the billing period, and what that cost. */
export interface PoolUser {
  /** Stable and unique; breaks ties. */
  readonly key: string;
  readonly used: bigint;
}

/** One user's part of a pool's idle cost. */
export interface IdlePart extends Amounts {
  readonly instanceNanos: bigint;
}

/**
 * Idle policy `proportional`: a pool's idle cost of a billing period is split by what its users' use of it cost in the same
 * period. Over the billing period, not the charge period: in most periods that are idle nobody is there to pay. Returns
 * the parts in the order of `users`; undefined when nobody used the pool, and the platform team keeps the cost.
 */
export function spreadIdle(idle: IdlePart, users: readonly PoolUser[]): IdlePart[] | undefined {
  const shares = users.map(({ key, used }) => ({ key, weight: used }));
  const effective = splitByLargestRemainder(idle.effective, shares);
  const instanceNanos = splitByLargestRemainder(idle.instanceNanos, shares);
  if (effective === undefined || instanceNanos === undefined) return undefined;
  const list = idle.list === null ? undefined : splitByLargestRemainder(idle.list, shares);
  return users.map((_, i) => ({
    effective: effective[i] ?? 0n,
    list: list?.[i] ?? null,
    instanceNanos: instanceNanos[i] ?? 0n,
  }));
}
