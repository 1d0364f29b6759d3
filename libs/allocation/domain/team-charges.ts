import type { PoolPeriodCost } from '#cost-record/domain';
import type { MeteredUsage } from '#metering/domain';
import type { Charge } from '#rating/domain';
import { inputTokens, outputTokens } from '#token';
import type { Amounts } from './divide-period.js';
import { type Leaf, leavesOf } from './leaves.js';
import { bearerCharge, type ChargeContext, leafCharges } from './make-charges.js';
import { splitAmounts } from './split-amounts.js';
import type { TeamBasis } from './team-basis.js';

/**
 * Splits a used period's cost over teams, then each team's part over its own usage by tokens (by requests where none of
 * them has any): one charge for each dimension, which stands for all of its tokens. The second split moves nothing between
 * teams; it only says on which project and model a team's part is shown. A team that pays without usage has one charge
 * without a dimension, a team that used the pool and has no share shows its usage at cost 0.
 */
export function teamCharges(
  basis: TeamBasis,
  cost: PoolPeriodCost,
  usage: readonly MeteredUsage[],
  context: ChargeContext,
): Charge[] {
  const byTeam = new Map<string, MeteredUsage[]>();
  for (const row of usage) {
    const { team } = row.dimension;
    const rows = byTeam.get(team);
    if (rows) rows.push(row);
    else byTeam.set(team, [row]);
  }
  const shares = basis([...byTeam.keys()]);
  const parts = splitAmounts(cost, shares) ?? [];
  const partOf = new Map<string, Amounts>();
  shares.forEach(({ key }, i) => {
    const part = parts[i];
    if (part) partOf.set(key, part);
  });
  const nothing = { effective: 0n, list: cost.list === null ? null : 0n };
  const used = [...byTeam].flatMap(([team, rows]) =>
    leafCharges(ownLeaves(rows), partOf.get(team) ?? nothing, context),
  );
  const absent = [...partOf].filter(([team]) => !byTeam.has(team));
  return [...used, ...absent.map(([team, part]) => bearerCharge(team, cost, part, context))];
}

function ownLeaves(rows: readonly MeteredUsage[]): Leaf[] {
  const byRequests = leavesOf(rows, { unit: 'requests' });
  const byTokens = byRequests.map((leaf) => ({
    ...leaf,
    weight: inputTokens(leaf.row.tokens) + outputTokens(leaf.row.tokens),
  }));
  return byTokens.some(({ weight }) => weight > 0n) ? byTokens : byRequests;
}
