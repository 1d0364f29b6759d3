import type { AttributionPolicy } from '#cost-record/domain';
import { TOKEN_CLASSES } from '#token';
import { type AttributionBasis, wholePeriodBasis } from './attribution-basis.js';

/**
 * `weighted_tokens`: a leaf's share of the period's cost is
 *
 *     a_c · t_c / Σ a_c · t_c        over all dimensions and classes c
 *
 * with `t_c` its tokens of the class and `a_c` the policy's weight of the class: (u + a·k + b·w + c·o) / Σ in sums of
 * uncached input u, cache reads k, cache writes w and output o. An output token weighs what a decode step costs against a
 * prefilled token on the pool's hardware: 8.7 on H100 and 4.8 on A100 for llama2-70b with tensor parallel 8, 512-token
 * prompts and batches of 64 (throughputs of the Splitwise performance model, Patel et al., ISCA 2024). So weights belong to
 * a pool's policy and are never a global constant.
 */
export function weightedTokens(policy: Extract<AttributionPolicy, { basis: 'weighted_tokens' }>): AttributionBasis {
  return wholePeriodBasis({ unit: 'tokens', classes: TOKEN_CLASSES, weights: policy.weights });
}
