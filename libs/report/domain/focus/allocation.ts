import { roundToSum, scaledToDecimal, splitByLargestRemainder } from '#money';
import { CHARGE_UNIT_DECIMALS } from '#rating/domain';
import { groupLines, lineKey, type StatementLine } from '#statement/domain';
import { isPriced, type PricedLine } from './priced-line.js';
import { CONSUMED_UNITS } from './pricing.js';
import { pathOf, policyFamilyOf } from './sku.js';

const RATIO_DECIMALS = 12;

/** Each line's part of what its pool cost in the billing period, scaled by 10^12, by line key. A pool's parts sum to 1. */
export type AllocatedRatios = ReadonlyMap<string, bigint>;

/** The parts of all the lines of a period on pools, whichever of them stand in a file. */
export function allocatedRatios(allLines: readonly StatementLine[]): AllocatedRatios {
  const ratios = new Map<string, bigint>();
  const own = allLines.filter(({ correction }) => correction === null);
  const onPools = own.filter(({ pool }) => pool !== null);
  for (const lines of groupLines(onPools.filter(isPriced), ({ pool }) => pool ?? '').values()) {
    const amounts = lines.map((line) => ({ key: lineKey(line), amount: line.effective ?? 0n }));
    const parts = ratiosOf(amounts);
    for (const [i, { key }] of amounts.entries()) ratios.set(key, parts[i] ?? 0n);
  }
  return ratios;
}

/** Each amount's part of their sum; all are 0 where that is 0. Credits among costs are parts below zero. */
function ratiosOf(amounts: readonly { readonly key: string; readonly amount: bigint }[]): readonly bigint[] {
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
