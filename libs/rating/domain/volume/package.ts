import type { Picos } from '#money';
import type { PackagePrice } from '#pricing/domain';

/**
 * Package pricing: each started package costs the same, ⌈q / size⌉ · price; what was not used costs nothing. After
 * https://docs.stripe.com/billing/subscriptions/usage-based/transform-quantities
 */
export function packageTotal(quantity: bigint, { packageTokens, picosPerPackage }: PackagePrice): Picos {
  const started = (quantity + packageTokens - 1n) / packageTokens;
  return started * picosPerPackage;
}
