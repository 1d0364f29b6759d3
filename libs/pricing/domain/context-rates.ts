import type { Picos } from '#money';
import { MODALITIES, type Modality, TOKEN_CLASSES, type TokenClass } from '#token';
import type { ContextRate, TokenPrices } from './price.js';

/** One class's price from one size of request on. */
export interface ClassRate {
  readonly contextFrom: bigint;
  readonly tokenClass: TokenClass;
  /** Null: text, and what has no price of its own. */
  readonly modality: Modality | null;
  readonly picosPerToken: Picos;
}

/** What a price says that does not depend on the size of the request. */
type FlatRates = Pick<ContextRate, 'picosPerRequest' | 'unitRates'>;

/**
 * The rates of a price from its class prices, one for each threshold, ascending, the first at 0. A class that a
 * threshold does not name keeps the price it has below it.
 */
export function toContextRates(classRates: readonly ClassRate[], flat: FlatRates): ContextRate[] {
  const thresholds = [...new Set([0n, ...classRates.map(({ contextFrom }) => contextFrom)])].sort((a, b) =>
    a < b ? -1 : 1,
  );
  const modalities = MODALITIES.filter((modality) => classRates.some((rate) => rate.modality === modality));
  return thresholds.map((contextFrom) => {
    const byModality = modalities.flatMap((modality): [Modality, TokenPrices][] => {
      const prices = tokenPrices(classRates, modality, contextFrom);
      return Object.keys(prices).length === 0 ? [] : [[modality, prices]];
    });
    return {
      contextFrom,
      picosPerToken: tokenPrices(classRates, null, contextFrom),
      ...(byModality.length === 0 ? {} : { picosPerModalityToken: Object.fromEntries(byModality) }),
      ...flat,
    };
  });
}

function tokenPrices(classRates: readonly ClassRate[], modality: Modality | null, contextFrom: bigint): TokenPrices {
  const own = classRates.filter((rate) => rate.modality === modality && rate.contextFrom <= contextFrom);
  const entries = TOKEN_CLASSES.flatMap((tokenClass): [TokenClass, Picos][] => {
    const picosPerToken = latestOf(own.filter((rate) => rate.tokenClass === tokenClass))?.picosPerToken;
    return picosPerToken === undefined ? [] : [[tokenClass, picosPerToken]];
  });
  return Object.fromEntries(entries);
}

function latestOf(classRates: readonly ClassRate[]): ClassRate | undefined {
  let best: ClassRate | undefined;
  for (const rate of classRates) if (!best || rate.contextFrom > best.contextFrom) best = rate;
  return best;
}
