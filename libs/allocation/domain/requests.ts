import { type AttributionBasis, wholePeriodBasis } from './attribution-basis.js';

/**
 * `requests`: a dimension's share of the period's cost is `r_i / Σ r`, with `r` its requests, failed ones among them: they
 * too took a place in the pool. Right where requests are alike; large prompts ride on small ones.
 */
export function requests(): AttributionBasis {
  return wholePeriodBasis({ unit: 'requests' });
}
