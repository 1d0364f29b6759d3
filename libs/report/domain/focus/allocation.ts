import { type Picos, roundToSum, scaledToDecimal, splitByLargestRemainder } from '#money';
import { CHARGE_UNIT_DECIMALS } from '#rating/domain';
import { lineKey, type StatementLine } from '#statement/domain';
import type { LinePages } from '../lines-file.js';
import { isPriced, type PricedLine } from './priced-line.js';
import { CONSUMED_UNITS } from './pricing.js';
import { pathOf, policyFamilyOf } from './sku.js';

const RATIO_DECIMALS = 12;

/** Each line's part of what its pool cost in the billing period, scaled by 10^12, by line key. A pool's parts sum to 1. */
export type AllocatedRatios = ReadonlyMap<string, bigint>;

/** A line as its pool's cost is divided: the rest of it need not be held. */
interface PoolPart {
  readonly key: string;
  readonly amount: Picos;
}

/** Gathers the lines of a period on pools, to tell each one's part of its pool. Holds a key and an amount of each. */
export class PoolParts {
  private readonly pools = new Map<string, PoolPart[]>();

  add(line: StatementLine): void {
    const { pool, correction } = line;
    if (pool === null || correction !== null || !isPriced(line)) return;
    const part = { key: lineKey(line), amount: line.effective };
    const parts = this.pools.get(pool);
    if (parts) parts.push(part);
    else this.pools.set(pool, [part]);
  }

  /** The parts of all that has been added. */
  ratios(): AllocatedRatios {
    const ratios = new Map<string, bigint>();
    for (const parts of this.pools.values()) {
      const shares = ratiosOf(parts);
      for (const [i, { key }] of parts.entries()) ratios.set(key, shares[i] ?? 0n);
    }
    return ratios;
  }
}

/** The parts of all the lines of a period, whichever of them stand in a file: a part is of a whole pool. */
export async function allocatedRatios(allLines: LinePages): Promise<AllocatedRatios> {
  const parts = new PoolParts();
  for await (const page of allLines) for (const line of page) parts.add(line);
  return parts.ratios();
}

/** Each amount's part of their sum; all are 0 where that is 0. Credits among costs are parts below zero. */
function ratiosOf(amounts: readonly PoolPart[]): readonly bigint[] {
  const whole = 10n ** BigInt(RATIO_DECIMALS);
  const sum = amounts.reduce((total, { amount }) => total + amount, 0n);
  if (sum === 0n) return [];
  const sign = sum < 0n ? -1n : 1n;
  if (amounts.every(({ amount }) => amount * sign >= 0n)) {
    const shares = amounts.map(({ key, amount }) => ({ key, weight: amount * sign }));
    return splitByLargestRemainder(whole, shares) ?? [];
  }
  const scaled = amounts.map(({ key, amount }) => ({ key, amount: amount * sign * whole }));
  return roundToSum(whole, scaled, sum * sign);
}

/** The policy that split the pool's cost: `pool/h100/policy/3`. Null for what was not split, and for corrections. */
export function methodIdOf(line: PricedLine): string | null {
  const { pool, policyVersion, correction } = line;
  if (pool === null || correction) return null;
  return pathOf('pool', pool, policyFamilyOf(line), policyVersion?.toString() ?? null);
}

/** JSON, its numbers written out so that they stay exact. */
export function methodDetailsOf(line: PricedLine, ratios: AllocatedRatios): string | null {
  if (line.pool === null || line.correction) return null;
  const { unit, quantity } = line;
  const ratio = scaledToDecimal(ratios.get(lineKey(line)) ?? 0n, RATIO_DECIMALS);
  const used = scaledToDecimal(quantity, CHARGE_UNIT_DECIMALS[unit]);
  return `{"Elements":[{"AllocatedRatio":${ratio},"UsageUnit":${JSON.stringify(CONSUMED_UNITS[unit])},"UsageQuantity":${used}}]}`;
}

/**
 * Whether the line is a part of a pool's month that somebody has, and not what was left over: capacity that no use explains.
 * Shared cost is somebody's, of whatever model.
 */
export function isAllocated({ pool, model, kind, correction }: PricedLine): boolean {
  return pool !== null && (model !== null || kind === 'shared') && correction === null;
}

/** Who the part of the pool is for: the team, and its project where it has one. */
export function allocatedResourceIdOf(line: PricedLine): string | null {
  if (!isAllocated(line)) return null;
  const { team, project } = line;
  return project === null ? pathOf('team', team) : pathOf('team', team, 'project', project);
}
