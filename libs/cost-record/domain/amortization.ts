import type { EpochMs } from '#calendar';
import type { Picos } from '#money';
import type { Accrual } from './accrual.js';

/**
 * What was paid at once, spread evenly over the time that it was paid for. With the amount U and what is left of it at the end R,
 * each millisecond of the term [from, to) costs
 *
 *     (U − R) / (to − from)
 *
 * For a reservation or commitment U is the upfront fee and R zero: FOCUS's amortisation of one-time charges in EffectiveCost.
 * For hardware U is the purchase price and R the residual value: straight-line depreciation as in IAS 16, 62.
 */
export function amortization(upfront: Picos, residualValue: Picos, from: EpochMs, to: EpochMs): Accrual {
  return { from, to, numerator: upfront - residualValue, denominator: BigInt(to - from) };
}
