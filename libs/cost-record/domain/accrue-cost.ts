import type { EpochMs } from '#calendar';
import type { Picos } from '#money';
import { accruedBetween } from './accrual.js';
import { amortization } from './amortization.js';
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
  for (const { amount, listAmount, validFrom, validTo } of costs) {
    effective += accruedBetween(amortization(amount, 0n, validFrom, validTo), start, end);
    list += accruedBetween(amortization(listAmount, 0n, validFrom, validTo), start, end);
  }
  return { effective, list };
}
