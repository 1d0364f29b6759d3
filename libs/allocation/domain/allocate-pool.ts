import type { PoolPeriodCost, PoolPolicy } from '#cost-record/domain';
import type { MeteredUsage } from '#metering/domain';
import { splitByLargestRemainder } from '#money';
import type { Charge, ChargeKind } from '#rating/domain';
import { TOKEN_CLASSES } from '#token';
import { attributionBasis } from './attribution-bases.js';
import type { LeafMeasure } from './attribution-basis.js';
import { type Amounts, dividePeriod, hasIdle } from './divide-period.js';
import { type Leaf, leafKey, leavesOf } from './leaves.js';
import { poolUse } from './pool-use.js';

export interface AllocatePoolInput {
  /** What the pool cost in the charge period; undefined when no record says. */
  readonly cost: PoolPeriodCost | undefined;
  /** The policy that holds at the period's start; undefined when there is none. */
  readonly policy: PoolPolicy | undefined;
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
 * - cost and usage without a policy: the cost is `unattributed` and has no dimension, the usage is shown as `unpriced`.
 */
export function allocatePool(input: AllocatePoolInput): PoolAllocation {
  const { cost, policy, usage } = input;
  if (cost === undefined) return { charges: unpriced(usage), usedInstanceNanos: null };
  if (policy === undefined) return { charges: withoutPolicy(cost, usage), usedInstanceNanos: null };
  const basis = attributionBasis(policy.attribution);
  const phases = basis.phases.map((measure) => leavesOf(usage, measure));
  const weights = phases.map((leaves) => leaves.reduce((sum, { weight }) => sum + weight, 0n));
  const division = dividePeriod(basis, cost, poolUse(usage), weights);
  const unused = { effective: 0n, list: cost.list === null ? null : 0n };
  const charges = phases.flatMap((leaves, i) => leafCharges(input, leaves, division.phases[i] ?? unused));
  const { idle, idleInstanceNanos, usedInstanceNanos } = division;
  if (hasIdle(division)) charges.push(capacityCharge('idle', cost, policy, idle, idleInstanceNanos));
  return { charges, usedInstanceNanos };
}

/** Splits a phase's cost over its leaves, at both prices by the same weights. */
function leafCharges(
  { policy, isKnownTeam }: AllocatePoolInput,
  leaves: readonly Leaf[],
  { effective, list }: Amounts,
) {
  const shares = leaves.map((leaf) => ({ key: leafKey(leaf), weight: leaf.weight }));
  const nothing = leaves.map(() => 0n);
  const effectiveParts = splitByLargestRemainder(effective, shares) ?? nothing;
  const listParts = list === null ? null : (splitByLargestRemainder(list, shares) ?? nothing);
  return leaves.map((leaf, i) =>
    leafCharge(leaf, {
      kind: isKnownTeam(leaf.row.dimension.team) ? 'used' : 'unattributed',
      effective: effectiveParts[i] ?? 0n,
      list: listParts && (listParts[i] ?? 0n),
      policyVersion: policy?.version ?? null,
    }),
  );
}

function leafCharge(
  { row, ...leaf }: Leaf,
  { policyVersion, ...amounts }: Pick<Charge, 'kind' | 'effective' | 'list'> & { policyVersion: number | null },
): Charge {
  const { chargePeriod, dimension, dimensionKey } = row;
  const origin = { priceVersionId: null, policyVersion };
  const { tokenClass, requests, quantity, unit, tokens } = leaf;
  const usage = {
    chargePeriod,
    dimension,
    dimensionKey,
    pool: dimension.pool,
    tokenClass,
    requests,
    quantity,
    unit,
    tokens,
  };
  return { ...usage, ...amounts, origin };
}

function capacityCharge(
  kind: ChargeKind,
  { pool, chargePeriod }: PoolPeriodCost,
  policy: PoolPolicy | undefined,
  { effective, list }: Amounts,
  instanceNanos: bigint,
): Charge {
  const origin = { priceVersionId: null, policyVersion: policy?.version ?? null };
  const nobody = { dimension: null, dimensionKey: '', tokenClass: null, requests: 0n, tokens: null };
  const capacity = { quantity: instanceNanos, unit: 'instance_seconds' } as const;
  return { ...nobody, ...capacity, kind, chargePeriod, pool, effective, list, origin };
}

function withoutPolicy(cost: PoolPeriodCost, usage: readonly MeteredUsage[]): Charge[] {
  const kind = usage.length === 0 ? 'idle' : 'unattributed';
  return [...unpriced(usage), capacityCharge(kind, cost, undefined, cost, cost.instanceMicroMs)];
}

function unpriced(usage: readonly MeteredUsage[]): Charge[] {
  return leavesOf(usage, ALL_TOKENS).map((leaf) =>
    leafCharge(leaf, { kind: 'unpriced', effective: null, list: null, policyVersion: null }),
  );
}
