import type { EpochMs } from '#calendar';
import { type PoolInputs, spreadCost } from '#cost-record';
import type { BilledPool } from '../domain/index.js';

/** A pool whose cost is spread over charge periods when somebody asks for it: closed months are mostly not billed again. */
export function spreadPool(inputs: PoolInputs, start: EpochMs, end: EpochMs): BilledPool {
  const { pool, policies, costRecords, purchases } = inputs;
  let spread: BilledPool['costs'] | undefined;
  // A property of the object itself: who copies the pool copies its costs.
  return {
    pool,
    policies,
    costRecords,
    purchases,
    afresh: (own) => spreadPool({ ...inputs, policies: own }, start, end),
    get costs() {
      spread ??= new Map(
        spreadCost(costRecords, start, end, purchases).map((cost) => [cost.chargePeriod, cost] as const),
      );
      return spread;
    },
  };
}
