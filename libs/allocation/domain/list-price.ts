import type { EpochMs } from '#calendar';
import type { AttributionPolicy, TokenWeights } from '#cost-record/domain';
import type { PriceBook } from '#pricing/domain';
import { unitPrices } from '#rating/domain';
import { TOKEN_CLASSES } from '#token';
import { type AttributionBasis, wholePeriodBasis } from './attribution-basis.js';

/**
 * `list_price`: weighted tokens whose weights are what a provider publishes for the same or a like model,
 *
 *     p_c · t_c / Σ p_c · t_c        over all dimensions and classes c
 *
 * with `t_c` the tokens of a class and `p_c` its list price. Every token then costs the same fraction of what the provider would ask.
 * Source: published prices are cost ratios that somebody stands by, cached input and output among them, where the own
 * hardware has no profile.
 */
export function listPrice(weights: TokenWeights): AttributionBasis {
  return wholePeriodBasis({ unit: 'tokens', classes: TOKEN_CLASSES, weights });
}

/**
 * The price per token of each class at an instant, in picos of whatever currency: of the standard tier, in any region, for
 * short requests. A class without a price of its own has that of the class it is billed as; one that is not sold weighs 0.
 * Undefined when the book has no such price then.
 */
export function listPriceWeights(
  { provider, model }: Extract<AttributionPolicy, { basis: 'list_price' }>,
  book: PriceBook,
  at: EpochMs,
): TokenWeights | undefined {
  const { list } = book.find({ provider, model, serviceTier: 'standard', region: null, at });
  if (!list) return undefined;
  const priced = { list: { version: list, tier: undefined }, contract: undefined };
  const { tokens } = unitPrices(priced, { contextFrom: 0n, modality: null, currency: list.currency });
  if (TOKEN_CLASSES.every((tokenClass) => (tokens[tokenClass].list ?? 0n) === 0n)) return undefined;
  return {
    inputUncached: tokens.inputUncached.list ?? 0n,
    cacheRead: tokens.cacheRead.list ?? 0n,
    cacheWrite5m: tokens.cacheWrite5m.list ?? 0n,
    cacheWrite1h: tokens.cacheWrite1h.list ?? 0n,
    output: tokens.output.list ?? 0n,
    reasoning: tokens.reasoning.list ?? 0n,
  };
}
