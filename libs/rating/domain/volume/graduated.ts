import type { Picos } from '#money';
import type { VolumeTiers } from '#pricing/domain';

/**
 * Graduated pricing: each token costs the price of the tier it falls in, Σ_k price_k · |(0, q] ∩ (from_k, from_{k+1}]|. The total
 * never falls as the quantity grows. After https://docs.stripe.com/subscriptions/pricing-models/tiered-pricing
 */
export function graduatedTotal(quantity: bigint, tiers: VolumeTiers): Picos {
  return tiers.reduce((total, { volumeFrom, picosPerToken }, i) => {
    const end = tiers[i + 1]?.volumeFrom;
    const reached = end === undefined || quantity < end ? quantity : end;
    return reached > volumeFrom ? total + (reached - volumeFrom) * picosPerToken : total;
  }, 0n);
}
