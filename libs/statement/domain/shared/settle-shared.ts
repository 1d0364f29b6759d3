import { type Amounts, type SharedParts, stepDown } from '#allocation/domain';
import { versionAt } from '#calendar';
import { type AccruedCost, accruedCost } from '#cost-record/domain';
import type { BilledSharedPool, BillInputs } from '../bill-inputs.js';
import type { BillSums } from '../bill-sums.js';
import type { LineAmounts, LineFields } from '../line.js';
import { type LineOwner, platformOwner } from '../line-owner.js';
import { claimsOf } from './shared-claims.js';
import { SharedSteps } from './shared-steps.js';
import { stretchesOf } from './stretches.js';

/** What lines of usage say and these do not. */
const NO_USAGE = { tokenClass: null, modality: null, unit: 'requests', priceVersionId: null } as const;

type Line = readonly [LineFields, LineAmounts];

/** A shared pool's cost of a stretch of time in which no policy changed, split. */
export interface SharedCostSplit {
  readonly pool: string;
  /** Null: no policy held. */
  readonly policyVersion: number | null;
  readonly cost: AccruedCost;
  readonly parts: SharedParts;
}

/**
 * Splits the cost of shared pools over the lines that all other cost made: stretch by stretch of the time in which no policy
 * changed, by the version that held. What has nothing to follow stays with the platform team; what no policy says how to
 * split is unattributed. Comes after all cost of use, idle capacity and adjustments: that is what it follows. Shared lines are
 * followed by none, so that the order of the pools has no bearing.
 */
export function settleShared(sums: BillSums, inputs: BillInputs): void {
  if (inputs.sharedPools.length === 0) return;
  addSharedLines(sums, new SharedSteps(claimsOf(sums.lines(), inputs), inputs), inputs);
}

/** Adds what `sharedSplits` says of some pools. `steps`: by the lines of the whole month before any of shared cost. */
export function addSharedLines(
  sums: BillSums,
  steps: SharedSteps,
  inputs: BillInputs,
  pools: readonly BilledSharedPool[] = inputs.sharedPools,
): void {
  for (const split of sharedSplits(steps, inputs, pools)) {
    sums.addSharedCost(split.pool, split.cost);
    for (const [fields, amounts] of linesOf(split, steps, inputs)) sums.addLine(fields, amounts);
  }
}

/** What `settleShared` does, before it is done. `steps`: of the lines before any of shared cost. */
export function* sharedSplits(
  steps: SharedSteps,
  inputs: BillInputs,
  pools: readonly BilledSharedPool[] = inputs.sharedPools,
): Generator<SharedCostSplit> {
  const { sharedPools, period, accruedTo } = inputs;
  for (const shared of pools) {
    const { pool, policies, sharedCosts } = shared;
    for (const [start, end] of stretchesOf(shared, sharedPools, period.start, accruedTo)) {
      const cost = accruedCost(sharedCosts, start, end);
      if (cost.effective === 0n && cost.list === 0n) continue;
      const parts = stepDown(pool, cost, (name) => steps.at(name, start));
      yield { pool, policyVersion: versionAt(policies, start)?.version ?? null, cost, parts };
    }
  }
}

function linesOf({ pool, policyVersion, parts }: SharedCostSplit, steps: SharedSteps, inputs: BillInputs): Line[] {
  const line = (owner: LineOwner, kind: 'shared' | 'unattributed', amounts: Amounts): Line => [
    { ...owner, pool, kind, ...NO_USAGE, policyVersion },
    { requests: 0n, quantity: 0n, tokens: null, ...amounts },
  ];
  const platform = platformOwner(inputs);
  return [
    ...[...parts.owners]
      .filter(([, part]) => isSomething(part))
      .map(([key, part]) => line(steps.owner(key), 'shared', part)),
    ...(parts.kept ? [line(platform, 'shared', parts.kept)] : []),
    ...(parts.unruled ? [line(platform, 'unattributed', parts.unruled)] : []),
  ];
}

function isSomething({ effective, list }: Amounts): boolean {
  return effective !== 0n || (list ?? 0n) !== 0n;
}
