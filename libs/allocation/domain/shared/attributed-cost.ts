import type { SharedRule } from './claimant.js';

/**
 * `attributed_cost`: c_i / Σ c with c_i what a claimant was attributed in the billing period: overhead goes where money
 * goes. Who has credits alone weighs nothing. Source: direct-cost basis of overhead rates, as in any cost accounting text.
 */
export const byAttributedCost: SharedRule = (claimants) =>
  claimants.map(({ key, cost }) => ({ key, weight: cost > 0n ? cost : 0n }));
