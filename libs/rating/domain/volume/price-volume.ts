import { type Picos, splitByLargestRemainder } from '#money';
import type { VolumePrice } from '#pricing/domain';
import { graduatedTotal } from './graduated.js';
import { packageTotal } from './package.js';
import { volumeTotal } from './volume.js';

/** What a billing period's quantity costs in all. */
export function priceVolume(quantity: bigint, price: VolumePrice): Picos {
  if (price.model === 'package') return packageTotal(quantity, price);
  return price.model === 'graduated' ? graduatedTotal(quantity, price.tiers) : volumeTotal(quantity, price.tiers);
}

/** One user's part of a billing period's quantity, and a stable key that breaks ties. */
export interface VolumePart {
  readonly key: string;
  readonly quantity: bigint;
}

/**
 * What each part costs: the total of all of them split by quantity, by largest remainder, so that every token costs the same
 * whoever used it and when. Sums to `priceVolume` of the sum. In the order of `parts`.
 */
export function splitVolume(parts: readonly VolumePart[], price: VolumePrice): Picos[] {
  const quantity = parts.reduce((sum, part) => sum + part.quantity, 0n);
  const shares = parts.map(({ key, quantity: weight }) => ({ key, weight }));
  return splitByLargestRemainder(priceVolume(quantity, price), shares) ?? parts.map(() => 0n);
}
