import type { PoolPeriodCost } from '#cost-record/domain';
import type { MeteredUsage } from '#metering/domain';
import type { Charge } from '#rating/domain';
import { TOKEN_CLASSES } from '#token';
import type { AppliedPolicy } from './applied-policy.js';
import { attributionBasis, splitsOverTeams, teamBasis } from './attribution-bases.js';
import type { AttributionBasis, LeafMeasure } from './attribution-basis.js';
import { dividePeriod, hasIdle } from './divide-period.js';
import { type HeldCost, heldCost } from './held-cost.js';
import { leavesOf } from './leaves.js';
import { type ChargeContext, capacityCharge, leafCharges, unpricedCharges } from './make-charges.js';
import { poolUse } from './pool-use.js';
import { teamCharges } from './team-charges.js';

export interface AllocatePoolInput {
  /** What the pool cost in the charge period; undefined when no record says. */
  readonly cost: PoolPeriodCost | undefined;
  /** The policy that holds at the period's start; undefined when there is none. */
  readonly policy: AppliedPolicy | undefined;
  /** The pool's usage of that period, one row per dimension, in any order. */
  readonly usage: readonly MeteredUsage[];
  /** Whether the directory knows the team; the cost of one that it does not know is `unattributed`. */
  readonly isKnownTeam: (team: string) => boolean;
}

export interface PoolAllocation {
  /** Sum to the pool's cost less what is held exactly, at both prices. */
  readonly charges: readonly Charge[];
  /** What only the billing period as a whole can split (`peak`); its usage is charged nothing so far. */
  readonly held: HeldCost | null;
  /** Instance-seconds x 10^9 that the usage took; null where the basis cannot know. */
  readonly usedInstanceNanos: bigint | null;
}

const ALL_TOKENS: LeafMeasure = { unit: 'tokens', classes: TOKEN_CLASSES, weights: {} };

/**
 * Attributes what a pool cost in one charge period. Whatever is odd about the period, its cost stays whole and visible:
 *
 * - cost without usage, or with weights that are all zero: `idle`;
 * - usage without cost: `unpriced` charges with null cost;
 * - cost and usage without a policy, or with one whose price is not known: the cost is `unattributed` and has no dimension, the usage is shown as `unpriced`.
 */
export function allocatePool({ cost, policy, usage, isKnownTeam }: AllocatePoolInput): PoolAllocation {
  if (cost === undefined) return { charges: unpriced(usage), held: null, usedInstanceNanos: null };
  const { attribution = null, version: policyVersion = null } = policy ?? {};
  if (attribution === null)
    return { charges: withoutRule(cost, usage, policyVersion), held: null, usedInstanceNanos: null };
  const context = { policyVersion, isKnownTeam };
  if (!splitsOverTeams(attribution)) return overUsage(attributionBasis(attribution), cost, usage, context);
  if (usage.length === 0) {
    const idle = capacityCharge('idle', cost, policyVersion, cost, cost.instanceMicroMs);
    return { charges: [idle], held: null, usedInstanceNanos: 0n };
  }
  const basis = teamBasis(attribution);
  if (basis) return { charges: teamCharges(basis, cost, usage, context), held: null, usedInstanceNanos: null };
  const nothing = { effective: 0n, list: cost.list === null ? null : 0n };
  const charges = leafCharges(leavesOf(usage, { unit: 'requests' }), nothing, context);
  return { charges, held: heldCost(cost, usage), usedInstanceNanos: null };
}

function overUsage(
  basis: AttributionBasis,
  cost: PoolPeriodCost,
  usage: readonly MeteredUsage[],
  context: ChargeContext,
): PoolAllocation {
  const phases = basis.phases.map((measure) => leavesOf(usage, measure));
  const weights = phases.map((leaves) => leaves.reduce((sum, { weight }) => sum + weight, 0n));
  const division = dividePeriod(basis, cost, poolUse(usage), weights);
  const unused = { effective: 0n, list: cost.list === null ? null : 0n };
  const charges = phases.flatMap((leaves, i) => leafCharges(leaves, division.phases[i] ?? unused, context));
  const { idle, idleInstanceNanos, usedInstanceNanos } = division;
  if (hasIdle(division)) charges.push(capacityCharge('idle', cost, context.policyVersion, idle, idleInstanceNanos));
  return { charges, held: null, usedInstanceNanos };
}

function withoutRule(cost: PoolPeriodCost, usage: readonly MeteredUsage[], version: number | null): Charge[] {
  // What nobody used is idle under any rule.
  if (usage.length === 0) return [capacityCharge('idle', cost, version, cost, cost.instanceMicroMs)];
  return [...unpriced(usage), capacityCharge('unattributed', cost, null, cost, cost.instanceMicroMs)];
}

function unpriced(usage: readonly MeteredUsage[]): Charge[] {
  return unpricedCharges(leavesOf(usage, ALL_TOKENS));
}
