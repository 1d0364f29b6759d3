import type { VolumePrice } from '#pricing/domain';
import type { TokenClass } from '#token';

/** What counts together towards a price that follows the volume: all of an account's tokens that one price names alike. */
export interface VolumeMeter {
  readonly priceVersionId: string;
  /** The class that the price names; tokens of others that are billed as it count too. */
  readonly tokenClass: TokenClass;
  readonly price: VolumePrice;
}

/** Equal for what counts together. */
export function meterKey({ priceVersionId, tokenClass }: VolumeMeter): string {
  return `${priceVersionId} ${tokenClass}`;
}
