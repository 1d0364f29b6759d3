import type { PoolPeriodCost } from '#cost-record/domain';
import { divideHalfEven, type Picos, splitByLargestRemainder } from '#money';
import type { AttributionBasis, PeriodShares, PoolUse } from './attribution-basis.js';
import type { CostShare } from './cost-share.js';

/** An amount at both prices: what was paid, and what the same costs at public prices (null: not known). */
export interface Amounts {
  readonly effective: Picos;
  readonly list: Picos | null;
}

/** A charge period's cost before it goes to leaves. Phases and idle sum to the cost exactly, at both prices. */
export interface PeriodDivision {
  /** By which the cost was divided. */
  readonly shares: PeriodShares;
  /** In the order of the basis's phases; null for one whose leaves all weigh zero: its cost went to idle. */
  readonly phases: readonly (Amounts | null)[];
  readonly idle: Amounts;
  /** Instance-seconds x 10^9 whose cost is idle. */
  readonly idleInstanceNanos: bigint;
  /** Those that were charged to leaves; may exceed what was paid. Null where the basis cannot know. */
  readonly usedInstanceNanos: bigint | null;
}

const NOTHING_USED: PeriodShares = { phases: [], idle: 1n, perInstanceNano: 1n };

/**
 * Divides a period's cost over the phases of the basis and idle. `phaseWeights` are the sums of the leaves' weights of
 * each phase: where one is zero there is no proportion to follow, and the phase's cost is idle rather than lost.
 */
export function dividePeriod(
  basis: AttributionBasis,
  cost: PoolPeriodCost,
  use: PoolUse,
  phaseWeights: readonly bigint[],
): PeriodDivision {
  const isUsed = use.requests > 0n;
  const shares = isUsed ? basis.shares(use, cost.instanceMicroMs) : NOTHING_USED;
  const effective = divide(cost.effective, shares);
  const list = cost.list === null ? null : divide(cost.list, shares);
  let idle: Amounts = { effective: effective.idle, list: list?.idle ?? null };
  const phases = shares.phases.map((_, i): Amounts | null => {
    const amounts = { effective: effective.phases[i] ?? 0n, list: list && (list.phases[i] ?? 0n) };
    if ((phaseWeights[i] ?? 0n) > 0n) return amounts;
    idle = addAmounts(idle, amounts);
    return null;
  });
  return { shares, phases, idle, ...capacity(shares, phases, cost.instanceMicroMs) };
}

/** Whether anything of the period stood idle, be it only capacity that cost nothing. */
export function hasIdle({ idle, idleInstanceNanos }: PeriodDivision): boolean {
  return idle.effective !== 0n || (idle.list ?? 0n) !== 0n || idleInstanceNanos !== 0n;
}

/** A phase's part of the cost; null where it is all of it. */
export function phaseShare(
  { phaseNames }: AttributionBasis,
  { shares, phases }: PeriodDivision,
  i: number,
): CostShare | null {
  const totalWeight = totalOf(shares);
  const weight = phases[i] ? (shares.phases[i] ?? 0n) : 0n;
  if (weight === totalWeight) return null;
  return { by: 'phase', name: phaseNames?.[i] ?? '', weight, totalWeight, parts: 1 };
}

/** Idle's part of the cost, that of phases which nobody can be charged for with it; null where it is all of it. */
export function idleShare({ shares, phases }: PeriodDivision): CostShare | null {
  const totalWeight = totalOf(shares);
  const weight = shares.phases.reduce((sum, share, i) => (phases[i] ? sum : sum + share), shares.idle);
  const parts = 1 + phases.filter((phase) => phase === null).length;
  return weight === totalWeight ? null : { by: 'idle', name: '', weight, totalWeight, parts };
}

function totalOf({ phases, idle }: PeriodShares): bigint {
  return phases.reduce((sum, share) => sum + share, idle);
}

/**
 * Capacity goes where its cost does: what a phase took that nobody can be charged for is idle like its cost. Where the
 * basis cannot tell how much was used, the capacity is divided as the cost is.
 */
function capacity({ phases: shares, idle, perInstanceNano }: PeriodShares, phases: readonly unknown[], paid: bigint) {
  const charged = shares.reduce((sum, share, i) => (phases[i] === null ? sum : sum + share), 0n);
  const total = totalOf({ phases: shares, idle, perInstanceNano });
  if (perInstanceNano === null)
    return { usedInstanceNanos: null, idleInstanceNanos: total === 0n ? paid : partOf(paid, total - charged, total) };
  const usedInstanceNanos = divideHalfEven(charged, perInstanceNano);
  // Where more was used than paid, a phase's part of what was paid is less than what it used.
  const isOverused = total > paid * perInstanceNano;
  const idleInstanceNanos = isOverused ? partOf(paid, total - charged, total) : paid - usedInstanceNanos;
  return { usedInstanceNanos, idleInstanceNanos };
}

function partOf(whole: bigint, share: bigint, total: bigint): bigint {
  return divideHalfEven(whole * share, total);
}

function divide(total: Picos, { phases, idle }: PeriodShares): { phases: readonly Picos[]; idle: Picos } {
  if (phases.length === 1 && idle === 0n) return { phases: [total], idle: 0n };
  const shares = [...phases, idle].map((weight, i) => ({ key: i.toString(), weight }));
  const parts = splitByLargestRemainder(total, shares) ?? [];
  // No share at all, such as of a period without any phase times. The cost stays visible as idle.
  if (parts.length === 0) return { phases: phases.map(() => 0n), idle: total };
  return { phases: parts.slice(0, -1), idle: parts.at(-1) ?? 0n };
}

export function addAmounts(a: Amounts, b: Amounts): Amounts {
  return { effective: a.effective + b.effective, list: a.list === null || b.list === null ? null : a.list + b.list };
}
