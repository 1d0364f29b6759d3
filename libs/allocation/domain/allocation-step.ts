import type { CapacityCost } from '#cost-record/domain';
import type { Charge } from '#rating/domain';
import type { CostShare } from './cost-share.js';
import type { Amounts } from './divide-period.js';

/**
 * A split that made charges, as it was done: so that a charge can say how it came about. The charges sum to the amounts, or
 * are all zero where nothing weighs anything.
 */
export interface AllocationStep {
  /** Null: the amounts are all that the pool's running capacity cost in the charge period. */
  readonly share: CostShare | null;
  readonly amounts: Amounts;
  readonly charges: readonly Charge[];
  /** What each charge weighed, in their order. */
  readonly weights: readonly bigint[];
}

/** A step whose amounts are one charge. */
export function wholeStep(charge: Charge, amounts: Amounts, share: CostShare | null = null): AllocationStep {
  return { share, amounts, charges: [charge], weights: [1n] };
}

/** What bought capacity that no instance used is of a period's cost; null where that is nothing, so that there is no part. */
export function unusedShare(cost: CapacityCost, unused: CapacityCost): CostShare | null {
  if (cost.effective === 0n) return null;
  return { by: 'unused', name: '', weight: unused.effective, totalWeight: cost.effective, parts: 1 };
}
