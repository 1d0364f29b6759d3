import type { PoolPeriodCost } from '#cost-record/domain';
import type { MeteredUsage } from '#metering/domain';
import { inputTokens, outputTokens } from '#token';
import type { Amounts } from './divide-period.js';

/** Cost of a used charge period whose owners only the whole billing period can tell. */
export interface HeldCost extends Amounts {
  readonly instanceNanos: bigint;
  /** Tokens of each team that used the pool. */
  readonly demands: ReadonlyMap<string, bigint>;
}

export function heldCost(
  { effective, list, instanceMicroMs }: PoolPeriodCost,
  usage: readonly MeteredUsage[],
): HeldCost {
  const demands = new Map<string, bigint>();
  for (const { dimension, tokens } of usage) {
    const { team } = dimension;
    demands.set(team, (demands.get(team) ?? 0n) + inputTokens(tokens) + outputTokens(tokens));
  }
  return { effective, list, instanceNanos: instanceMicroMs, demands };
}

/** Two charge periods as one: costs add up, of each team's demands the larger counts. */
export function joinHeldCosts(a: HeldCost, b: HeldCost): HeldCost {
  const demands = new Map(a.demands);
  for (const [team, demand] of b.demands) if (demand >= (demands.get(team) ?? 0n)) demands.set(team, demand);
  return {
    effective: a.effective + b.effective,
    list: a.list === null || b.list === null ? null : a.list + b.list,
    instanceNanos: a.instanceNanos + b.instanceNanos,
    demands,
  };
}
