import { type HeldCost, joinHeldCosts } from '#allocation/domain';

/** What one policy version of a pool leaves to the end of the billing period. */
export interface PoolHeldCost extends HeldCost {
  readonly pool: string;
  readonly policyVersion: number;
}

/** Sums held costs by pool and policy version: a number for each team, however many charge periods. */
export class HeldCosts {
  private readonly sums = new Map<string, PoolHeldCost>();

  add(pool: string, policyVersion: number, held: HeldCost): void {
    const key = JSON.stringify([pool, policyVersion]);
    const before = this.sums.get(key);
    this.sums.set(key, { pool, policyVersion, ...(before ? joinHeldCosts(before, held) : held) });
  }

  list(): PoolHeldCost[] {
    return [...this.sums.values()];
  }
}
