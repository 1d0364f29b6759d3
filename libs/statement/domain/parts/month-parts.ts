import { CHARGE_PERIOD_MS } from '#calendar';
import { policyOf } from '#invoice/domain';
import type { PoolSize } from '#metering/domain';
import type { BillInputs } from '../bill-inputs.js';

/** Pools whose month is billed together, with nothing of other pools in memory. */
export interface MonthPart {
  /** Null among them: all that is rated, which the first part has. */
  readonly pools: readonly (string | null)[];
  /** Whether any of it is settled by what the whole month comes to. */
  readonly waits: boolean;
}

interface Member {
  readonly pool: string | null;
  readonly weight: number;
  readonly waits: boolean;
}

/**
 * Divides a month into parts that hold about so many things at most: dimensions of usage, and charge periods of a pool's
 * cost. A pool is never divided, for its cost and its cents are split over all of it; nor is what is rated, whose volumes,
 * commitments and invoices go over providers. `others`: pools that must be in a part too.
 */
export function partsOf(
  inputs: BillInputs,
  sizes: readonly PoolSize[],
  limit: number,
  others: readonly (string | null)[] = [],
): MonthPart[] {
  const parts: { pools: (string | null)[]; weight: number; waits: boolean }[] = [];
  for (const { pool, weight, waits } of membersOf(inputs, sizes, others)) {
    const last = parts.at(-1);
    if (!last || last.weight + weight > limit) parts.push({ pools: [pool], weight, waits });
    else {
      last.pools.push(pool);
      last.weight += weight;
      last.waits ||= waits;
    }
  }
  return parts.map(({ pools, waits }) => ({ pools, waits }));
}

/** What a part is billed from: its own pools, and commitments only where there is what can be counted towards them. */
export function inputsOfPart(inputs: BillInputs, { pools }: MonthPart): BillInputs {
  const own = new Set(pools);
  return {
    ...inputs,
    // A copy of a pool may have other policies than the one it was made from.
    pools: inputs.pools.filter(({ pool }) => own.has(pool)).map((pool) => pool.afresh?.(pool.policies) ?? pool),
    priceRules: own.has(null) ? inputs.priceRules : [],
  };
}

/** What is rated, then pools by name, those that wait after the others. */
function membersOf(inputs: BillInputs, sizes: readonly PoolSize[], others: readonly (string | null)[]): Member[] {
  const { pools, sharedPools, period, accruedTo } = inputs;
  const dimensions = new Map(sizes.map((size) => [size.pool, size.dimensions]));
  const withCost = new Set(pools.map(({ pool }) => pool));
  const periods = Math.ceil((accruedTo - period.start) / CHARGE_PERIOD_MS);
  const names = [...dimensions.keys(), ...withCost, ...sharedPools.map(({ pool }) => pool), ...others];
  const member = (pool: string | null): Member => ({
    pool,
    weight: (dimensions.get(pool) ?? 0) + (pool !== null && withCost.has(pool) ? periods : 0),
    waits: waits(pool, inputs),
  });
  const named = [...new Set(names)].filter((pool) => pool !== null).sort();
  const members = named.map(member);
  return [member(null), ...members.filter((of) => !of.waits), ...members.filter((of) => of.waits)];
}

/** Shared pools, whose lines follow all others, and whose difference to invoices is split as theirs is. */
function waits(pool: string | null, { sharedPools, invoices, period }: BillInputs): boolean {
  if (sharedPools.some((shared) => shared.pool === pool)) return true;
  const isShared = (party: string) => (policyOf(invoices.policies, party, period.name)?.sharedPool ?? null) !== null;
  if (pool !== null) return isShared(`pool:${pool}`);
  return invoices.policies.some(({ party }) => party.startsWith('provider:') && isShared(party));
}
