import type { PoolPeriodCost } from '#cost-record/domain';
import type { MeteredUsage } from '#metering/domain';
import { groupBy } from '#money';
import { inputTokens, outputTokens } from '#token';
import { type AllocationStep, wholeStep } from './allocation-step.js';
import type { CostShare } from './cost-share.js';
import type { Amounts } from './divide-period.js';
import { type Leaf, leavesOf } from './leaves.js';
import { bearerCharge, type ChargeContext, leafCharges } from './make-charges.js';
import { splitAmounts } from './split-amounts.js';
import type { TeamBasis } from './team-basis.js';

/** What a team pays of a charge period's cost. */
interface TeamPart {
  readonly amounts: Amounts;
  readonly share: CostShare;
}

/**
 * Splits a used period's cost over teams, then each team's part over its own usage by tokens (by requests where none of
 * them has any): one charge for each dimension, which stands for all of its tokens. The second split moves nothing between
 * teams; it only says on which project and model a team's part is shown. A team that pays without usage has one charge
 * without a dimension, a team that used the pool and has no share shows its usage at cost 0.
 */
export function teamSteps(
  basis: TeamBasis,
  cost: PoolPeriodCost,
  usage: readonly MeteredUsage[],
  context: ChargeContext,
): AllocationStep[] {
  const byTeam = groupBy(usage, ({ dimension }) => dimension.team);
  const shares = basis([...byTeam.keys()]);
  const totalWeight = shares.reduce((sum, { weight }) => sum + weight, 0n);
  const parts = splitAmounts(cost, shares) ?? [];
  const paying = new Map<string, TeamPart>();
  shares.forEach(({ key: team, weight }, i) => {
    const amounts = parts[i];
    if (amounts) paying.set(team, { amounts, share: { by: 'team', name: team, weight, totalWeight, parts: 1 } });
  });
  const amounts: Amounts = { effective: 0n, list: cost.list === null ? null : 0n };
  const used = [...byTeam].map(([team, rows]): AllocationStep => {
    const nothing: TeamPart = { amounts, share: { by: 'team', name: team, weight: 0n, totalWeight, parts: 1 } };
    const part = paying.get(team) ?? nothing;
    const leaves = ownLeaves(rows);
    return {
      ...part,
      charges: leafCharges(leaves, part.amounts, context),
      weights: leaves.map(({ weight }) => weight),
    };
  });
  const absent = [...paying].filter(([team]) => !byTeam.has(team));
  return [
    ...used,
    ...absent.map(([team, { amounts, share }]) => {
      return wholeStep(bearerCharge(team, cost, amounts, context), amounts, share);
    }),
  ];
}

function ownLeaves(rows: readonly MeteredUsage[]): Leaf[] {
  const byRequests = leavesOf(rows, { unit: 'requests' });
  const byTokens = byRequests.map((leaf) => ({
    ...leaf,
    weight: inputTokens(leaf.row.tokens) + outputTokens(leaf.row.tokens),
  }));
  return byTokens.some(({ weight }) => weight > 0n) ? byTokens : byRequests;
}
