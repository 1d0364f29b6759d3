import { parseBillingPeriod } from '#calendar';
import type { SharedPoolInputs } from '#cost-record';
import type { SharedCost, SharedSplit } from '#cost-record/domain';
import { sharedCostOf } from '../../libs/cost-record/domain/testing.js';

export const SHARED_POOLS = ['s', 't'] as const;
export type SharedPoolName = (typeof SHARED_POOLS)[number];

/** What happens to pools of shared cost. */
export type SharedStep =
  | {
      readonly what: 'shared-cost';
      readonly pool: SharedPoolName;
      /** The month that the cost is of; below zero it is a credit. */
      readonly month: string;
      readonly amount: bigint;
    }
  | {
      readonly what: 'split';
      readonly pool: SharedPoolName;
      readonly split: SharedSplit;
      /** Days into November 2023 from which it holds. */
      readonly day: number;
    };

const DAY_MS = 86_400_000;

/** Shared costs in memory: one of each pool and month, and policies that may name each other's pool, in a circle even. */
export class SharedWorld {
  private readonly costs = new Map<string, SharedCost>();
  private readonly policies = new Map<string, SharedPoolInputs['policies']>();

  take(step: SharedStep): void {
    const { pool } = step;
    if (step.what === 'split') {
      const before = this.policies.get(pool) ?? [];
      const validFrom = Date.UTC(2023, 10, 1) + step.day * DAY_MS;
      this.policies.set(pool, [...before, { pool, version: before.length + 1, validFrom, split: step.split }]);
      return;
    }
    const key = `${pool} ${step.month}`;
    const { start, end } = parseBillingPeriod(step.month, 'UTC') ?? { start: 0, end: 0 };
    // Beyond the month's end, so that two months share an amount.
    const times = { validFrom: start + 10 * DAY_MS, validTo: end + 10 * DAY_MS };
    const version = (this.costs.get(key)?.version ?? 0) + 1;
    const { amount } = step;
    this.costs.set(key, sharedCostOf({ sharedCostId: key, version, pool, ...times, amount, listAmount: amount }));
  }

  inputs(start: number, end: number): SharedPoolInputs[] {
    const touching = [...this.costs.values()].filter(({ validFrom, validTo }) => validFrom < end && validTo > start);
    return SHARED_POOLS.map((pool) => ({
      pool,
      policies: this.policies.get(pool) ?? [],
      sharedCosts: touching.filter((cost) => cost.pool === pool),
    }));
  }
}
