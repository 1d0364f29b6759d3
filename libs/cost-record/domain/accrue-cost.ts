import type { EpochMs } from '#calendar';
import { divideHalfEven, type Picos } from '#money';
import type { SharedCost } from './shared-cost.js';

/** What accrued in a stretch of time, in picos: what was paid, and the same at public prices. */
export interface AccruedCost {
  readonly effective: Picos;
  readonly list: Picos;
}

/**
 * What shared costs come to in [start, end) together. Exact as `spreadCost` is: the part of an amount that has accrued up
 * to an instant is rounded half-even to picos, and a stretch of time gets the difference between its ends, so that the
 * parts of any division of time add up to the amount.
 */
export function accruedCost(costs: readonly SharedCost[], start: EpochMs, end: EpochMs): AccruedCost {
  let [effective, list] = [0n, 0n];
  for (const cost of costs) {
    effective += accruedUntil(cost.amount, cost, end) - accruedUntil(cost.amount, cost, start);
    list += accruedUntil(cost.listAmount, cost, end) - accruedUntil(cost.listAmount, cost, start);
  }
  return { effective, list };
}

function accruedUntil(amount: Picos, { validFrom, validTo }: SharedCost, at: EpochMs): Picos {
  if (at <= validFrom) return 0n;
  if (at >= validTo) return amount;
  return divideHalfEven(amount * BigInt(at - validFrom), BigInt(validTo - validFrom));
}
