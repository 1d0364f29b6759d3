import { divideHalfEven, type Picos } from '#money';
import type { PoolCosts } from '#statement/domain';
import type { PricedLine } from './priced-line.js';

/**
 * What pools cost as a whole, by pool; those whose cost at negotiated prices is known. Without what invoices say beyond it, which
 * is on lines of its own.
 */
export type ContractedPools = ReadonlyMap<string, { readonly contracted: Picos; readonly effective: Picos }>;

export function contractedPools(pools: readonly PoolCosts[]): ContractedPools {
  const known = pools.flatMap(({ pool, contracted, adjusted, ...costs }) => {
    const effective = costs.effective - adjusted;
    if (contracted === null || effective === 0n) return [];
    return [[pool, { contracted: contracted - adjusted, effective }] as const];
  });
  return new Map(known);
}

/** Whether the line's cost at negotiated prices is known. What a provider sells is charged at them. */
export function isContractedKnown(line: PricedLine, pools: ContractedPools): boolean {
  return line.pool === null || poolOf(line, pools) !== undefined;
}

/**
 * The line's cost at negotiated prices: of what its pool costs so the part that its effective cost is of the pool's, rounded to
 * picos line by line, so that it is the same in every file. Where it is not known, what it did cost: a FOCUS contracted
 * cost is never null.
 */
export function contractedCostOf(line: PricedLine, pools: ContractedPools): Picos {
  const pool = poolOf(line, pools);
  if (!pool) return line.effective;
  const { contracted, effective } = pool;
  const sign = effective < 0n ? -1n : 1n;
  return divideHalfEven(line.effective * contracted * sign, effective * sign);
}

/** Corrections are differences, and adjustments no capacity: they have no price but what they cost. */
function poolOf({ pool, kind, correction }: PricedLine, pools: ContractedPools) {
  return pool === null || correction || kind === 'adjustment' ? undefined : pools.get(pool);
}
