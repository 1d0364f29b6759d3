import { type Amounts, stepDown } from '#allocation/domain';
import { versionAt } from '#calendar';
import { accruedCost } from '#cost-record/domain';
import type { BilledSharedPool, BillInputs } from '../bill-inputs.js';
import type { BillSums } from '../bill-sums.js';
import type { LineAmounts, LineFields } from '../line.js';
import { type LineOwner, platformOwner } from '../line-owner.js';
import { SharedSteps } from './shared-steps.js';
import { stretchesOf } from './stretches.js';

/** What lines of usage say and these do not. */
const NO_USAGE = { tokenClass: null, modality: null, unit: 'requests', priceVersionId: null } as const;

type Line = readonly [LineFields, LineAmounts];

/**
 * Splits the cost of shared pools over the lines that all other cost made: stretch by stretch of the time in which no policy
 * changed, by the version that held. What has nothing to follow stays with the platform team; what no policy says how to
 * split is unattributed. Comes after all cost of use, idle capacity and adjustments: that is what it follows. Shared lines are
 * followed by none, so that the order of the pools has no bearing.
 */
export function settleShared(sums: BillSums, inputs: BillInputs): void {
  const { sharedPools, period, accruedTo } = inputs;
  if (sharedPools.length === 0) return;
  const steps = new SharedSteps(sums.lines(), inputs);
  for (const shared of sharedPools) {
    for (const [start, end] of stretchesOf(shared, sharedPools, period.start, accruedTo)) {
      const cost = accruedCost(shared.sharedCosts, start, end);
      if (cost.effective === 0n && cost.list === 0n) continue;
      sums.addSharedCost(shared.pool, cost);
      const lines = linesOf(shared, cost, start, { steps, inputs });
      for (const [fields, amounts] of lines) sums.addLine(fields, amounts);
    }
  }
}

function linesOf(
  { pool, policies }: BilledSharedPool,
  cost: Amounts,
  at: number,
  { steps, inputs }: { readonly steps: SharedSteps; readonly inputs: BillInputs },
): Line[] {
  const parts = stepDown(pool, cost, (name) => steps.at(name, at));
  const policyVersion = versionAt(policies, at)?.version ?? null;
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
