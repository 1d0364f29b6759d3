import type { SharedRule } from './claimant.js';

/** `even`: 1/n for each of the n claimants. Over teams these are the ones with any usage in the billing period. */
export const evenly: SharedRule = (claimants) => claimants.map(({ key }) => ({ key, weight: 1n }));
