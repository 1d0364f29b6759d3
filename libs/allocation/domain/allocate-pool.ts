import { type CapacityCost, type PoolPeriodCost, runningCost } from '#cost-record/domain';
import type { MeteredUsage } from '#metering/domain';
import type { Charge } from '#rating/domain';
import { TOKEN_CLASSES } from '#token';
import { type AllocationStep, unusedShare, wholeStep } from './allocation-step.js';
import type { AppliedPolicy } from './applied-policy.js';
import { attributionBasis, splitsOverTeams, teamBasis } from './attribution-bases.js';
import type { AttributionBasis, LeafMeasure } from './attribution-basis.js';
import { dividePeriod, hasIdle, idleShare, phaseShare } from './divide-period.js';
import { type HeldCost, heldCost } from './held-cost.js';
import { leavesOf } from './leaves.js';
import { type ChargeContext, capacityCharge, leafCharges, unpricedCharges } from './make-charges.js';
import { poolUse } from './pool-use.js';
import { teamSteps } from './team-charges.js';

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
  /** How each charge with a cost came about. */
  readonly steps: readonly AllocationStep[];
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
 * - capacity that was bought for a term and that no instance used: `idle` before the basis is asked, which divides the rest;
 * - usage without cost, be it that none of what was bought ran: `unpriced` charges with null cost;
 * - cost and usage without a policy, or with one whose price is not known: the cost is `unattributed` and has no dimension, the usage is shown as `unpriced`.
 */
export function allocatePool(input: AllocatePoolInput): PoolAllocation {
  const { cost, usage } = input;
  if (cost === undefined) return { charges: unpriced(usage), steps: [], held: null, usedInstanceNanos: null };
  return cost.unused ? besideUnused(input, cost, cost.unused) : allocateRunning(input, cost);
}

/** Takes out what nobody could have used for want of an instance, and attributes the rest. */
function besideUnused(input: AllocatePoolInput, cost: PoolPeriodCost, unused: CapacityCost): PoolAllocation {
  const idle = capacityCharge('idle', cost, input.policy?.version ?? null, unused, unused.instanceMicroMs);
  const step = wholeStep(idle, unused, unusedShare(cost, unused));
  const running = runningCost(cost);
  if (running) {
    const { charges, steps, ...rest } = allocateRunning(input, running);
    return { charges: [...charges, idle], steps: [...steps, step], ...rest };
  }
  const usedInstanceNanos = input.usage.length === 0 ? 0n : null;
  return { charges: [...unpriced(input.usage), idle], steps: [step], held: null, usedInstanceNanos };
}

function allocateRunning({ policy, usage, isKnownTeam }: AllocatePoolInput, cost: PoolPeriodCost): PoolAllocation {
  const { attribution = null, version: policyVersion = null } = policy ?? {};
  if (attribution === null) return withoutRule(cost, usage, policyVersion);
  const context = { policyVersion, isKnownTeam };
  if (!splitsOverTeams(attribution)) return overUsage(attributionBasis(attribution), cost, usage, context);
  if (usage.length === 0) {
    const idle = capacityCharge('idle', cost, policyVersion, cost, cost.instanceMicroMs);
    return { charges: [idle], steps: [wholeStep(idle, cost)], held: null, usedInstanceNanos: 0n };
  }
  const basis = teamBasis(attribution);
  if (basis) return allocationOf(teamSteps(basis, cost, usage, context), null);
  const nothing = { effective: 0n, list: cost.list === null ? null : 0n };
  const charges = leafCharges(leavesOf(usage, { unit: 'requests' }), nothing, context);
  return { charges, steps: [], held: heldCost(cost, usage), usedInstanceNanos: null };
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
  const steps = phases.map((leaves, i): AllocationStep => {
    const amounts = division.phases[i] ?? unused;
    const charges = leafCharges(leaves, amounts, context);
    return { share: phaseShare(basis, division, i), amounts, charges, weights: leaves.map(({ weight }) => weight) };
  });
  const { idle, idleInstanceNanos, usedInstanceNanos } = division;
  if (hasIdle(division)) {
    const charge = capacityCharge('idle', cost, context.policyVersion, idle, idleInstanceNanos);
    steps.push(wholeStep(charge, idle, idleShare(division)));
  }
  return allocationOf(steps, usedInstanceNanos);
}

function allocationOf(steps: readonly AllocationStep[], usedInstanceNanos: bigint | null): PoolAllocation {
  return { charges: steps.flatMap(({ charges }) => charges), steps, held: null, usedInstanceNanos };
}

function withoutRule(cost: PoolPeriodCost, usage: readonly MeteredUsage[], version: number | null): PoolAllocation {
  // What nobody used is idle under any rule.
  const isUsed = usage.length > 0;
  const [kind, policyVersion] = isUsed ? (['unattributed', null] as const) : (['idle', version] as const);
  const charge = capacityCharge(kind, cost, policyVersion, cost, cost.instanceMicroMs);
  const charges = [...unpriced(usage), charge];
  return { charges, steps: [wholeStep(charge, cost)], held: null, usedInstanceNanos: null };
}

function unpriced(usage: readonly MeteredUsage[]): Charge[] {
  return unpricedCharges(leavesOf(usage, ALL_TOKENS));
}
