import type { PoolPeriodCost } from '#cost-record/domain';
import type { MeteredUsage } from '#metering/domain';
import type { Charge } from '#rating/domain';
import { TOKEN_CLASSES } from '#token';
import type { AppliedPolicy } from './applied-policy.js';
import { attributionBasis, splitsOverTeams, teamBasis } from './attribution-bases.js';
import type { AttributionBasis, LeafMeasure } from './attribution-basis.js';
import { dividePeriod, hasIdle } from './divide-period.js';
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
  /** Sum to the pool's cost exactly, at both prices. */
  readonly charges: readonly Charge[];
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
  if (cost === undefined) return { charges: unpriced(usage), usedInstanceNanos: null };
  const { attribution = null, version: policyVersion = null } = policy ?? {};
  if (attribution === null) return { charges: withoutRule(cost, usage, policyVersion), usedInstanceNanos: null };
  const context = { policyVersion, isKnownTeam };
  if (!splitsOverTeams(attribution)) return overUsage(attributionBasis(attribution), cost, usage, context);
  if (usage.length > 0)
    return { charges: teamCharges(teamBasis(attribution), cost, usage, context), usedInstanceNanos: null };
  const idle = capacityCharge('idle', cost, policyVersion, cost, cost.instanceMicroMs);
  return { charges: [idle], usedInstanceNanos: 0n };
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
  return { charges, usedInstanceNanos };
}

function withoutRule(cost: PoolPeriodCost, usage: readonly MeteredUsage[], version: number | null): Charge[] {
  // What nobody used is idle under any rule.
  if (usage.length === 0) return [capacityCharge('idle', cost, version, cost, cost.instanceMicroMs)];
  return [...unpriced(usage), capacityCharge('unattributed', cost, null, cost, cost.instanceMicroMs)];
}

function unpriced(usage: readonly MeteredUsage[]): Charge[] {
  return unpricedCharges(leavesOf(usage, ALL_TOKENS));
}
