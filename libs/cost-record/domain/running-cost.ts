import type { PoolPeriodCost } from './cost-record.js';

/** What of a period's cost is of capacity that ran, be it all of it; undefined when nothing ran. */
export function runningCost(cost: PoolPeriodCost): PoolPeriodCost | undefined {
  const { unused, ...whole } = cost;
  if (!unused) return whole;
  const instanceMicroMs = whole.instanceMicroMs - unused.instanceMicroMs;
  if (instanceMicroMs === 0n) return undefined;
  const list = whole.list === null || unused.list === null ? null : whole.list - unused.list;
  return { ...whole, effective: whole.effective - unused.effective, list, instanceMicroMs };
}
