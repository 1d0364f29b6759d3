import type { SharedRule } from './claimant.js';

/** `tokens`: t_i / Σ t with t_i all tokens of the billing period, every class alike, on pools and from providers. */
export const byTokens: SharedRule = (claimants) => claimants.map(({ key, tokens }) => ({ key, weight: tokens }));
