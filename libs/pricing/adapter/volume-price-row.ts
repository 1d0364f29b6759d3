import { TOKEN_CLASSES, type TokenClass } from '#token';
import type { PriceVersion, VolumePrice, VolumeTier } from '../domain/index.js';

type VolumePrices = NonNullable<PriceVersion['volumePrices']>;

interface TierRow {
  readonly volumeFrom: string;
  readonly picosPerToken: string;
}

/** A price as jsonb: whole numbers are strings, for JSON numbers are not exact. */
type VolumePriceRow =
  | { readonly model: 'graduated' | 'volume'; readonly tiers: readonly TierRow[] }
  | { readonly model: 'package'; readonly packageTokens: string; readonly picosPerPackage: string };

export type VolumePricesRow = Readonly<Partial<Record<TokenClass, VolumePriceRow>>>;

export function volumePricesToRow(prices: VolumePrices): VolumePricesRow {
  return byClass(prices, (price): VolumePriceRow => {
    if (price.model === 'package') {
      const { model, packageTokens, picosPerPackage } = price;
      return { model, packageTokens: packageTokens.toString(), picosPerPackage: picosPerPackage.toString() };
    }
    const tiers = price.tiers.map(({ volumeFrom, picosPerToken }) => {
      return { volumeFrom: volumeFrom.toString(), picosPerToken: picosPerToken.toString() };
    });
    return { model: price.model, tiers };
  });
}

export function volumePricesFromRow(row: VolumePricesRow): VolumePrices {
  return byClass(row, (price): VolumePrice => {
    if (price.model === 'package') {
      const { model, packageTokens, picosPerPackage } = price;
      return { model, packageTokens: BigInt(packageTokens), picosPerPackage: BigInt(picosPerPackage) };
    }
    const [first, ...rest] = price.tiers.map(({ volumeFrom, picosPerToken }): VolumeTier => {
      return { volumeFrom: BigInt(volumeFrom), picosPerToken: BigInt(picosPerToken) };
    });
    if (!first) throw new RangeError('a price by volume without a tier');
    return { model: price.model, tiers: [first, ...rest] };
  });
}

function byClass<T, U>(prices: Readonly<Partial<Record<TokenClass, T>>>, of: (price: T) => U) {
  const entries = TOKEN_CLASSES.flatMap((tokenClass): [TokenClass, U][] => {
    const price = prices[tokenClass];
    return price === undefined ? [] : [[tokenClass, of(price)]];
  });
  const mapped: Partial<Record<TokenClass, U>> = Object.fromEntries(entries);
  return mapped;
}
