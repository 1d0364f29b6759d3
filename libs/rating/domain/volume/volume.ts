import type { Picos } from '#money';
import type { VolumeTiers } from '#pricing/domain';

/**
 * Volume pricing: all tokens cost the price of the tier that the last of them falls in, q · price_k with from_k < q <= from_{k+1}.
 * Where a tier is cheaper the total falls as its threshold is passed; that is the model and no fault. After
 * https://docs.stripe.com/subscriptions/pricing-models/tiered-pricing
 */
export function volumeTotal(quantity: bigint, tiers: VolumeTiers): Picos {
  const reached = tiers.findLast(({ volumeFrom }) => volumeFrom < quantity) ?? tiers[0];
  return quantity * reached.picosPerToken;
}
