import type { EpochMs } from '#calendar';
import { type Picos, scaledToDecimal } from '#money';
import type { PriceBook } from '#pricing/domain';
import { unitPrices } from '#rating/domain';
import { TOKEN_CLASSES, type TokenClass, type TokenCounts } from '#token';

/** What a provider asks in public for a model of that name: for short requests of the standard tier. */
export interface ListOffer {
  readonly provider: string;
  readonly model: string;
  readonly priceVersionId: string;
  /** Per 1M tokens, decimal strings; null: the class is not sold. */
  readonly inputUncached: string | null;
  readonly cacheRead: string | null;
  readonly output: string | null;
  /** What the row's own tokens would have cost there; null where some class of them is not sold. */
  readonly cost: Picos | null;
}

/** Offers beside a row; more are of no use to who compares. */
const OFFERS_MAX = 5;
/** Picos per token are millionths of the currency per million tokens. */
const DECIMALS = 6;

/**
 * The public prices for a model at an instant, in the account's currency: the cheapest for these tokens first, what is not sold
 * whole last, ties by provider.
 */
export function listOffers(
  book: PriceBook,
  { model, tokens, at, currency }: { model: string; tokens: TokenCounts; at: EpochMs; currency: string },
): ListOffer[] {
  const offers = book.offers(model, at).flatMap((list): ListOffer[] => {
    if (list.currency !== currency) return [];
    const found = { list: { version: list, tier: undefined }, contract: undefined };
    const { tokens: prices } = unitPrices(found, { contextFrom: 0n, modality: null, currency });
    const per = (tokenClass: TokenClass) => prices[tokenClass].list;
    const perMillion = (tokenClass: TokenClass) => {
      const picos = per(tokenClass);
      return picos === null ? null : scaledToDecimal(picos, DECIMALS);
    };
    const isSold = TOKEN_CLASSES.every((tokenClass) => tokens[tokenClass] === 0n || per(tokenClass) !== null);
    const cost = TOKEN_CLASSES.reduce((sum, tokenClass) => sum + tokens[tokenClass] * (per(tokenClass) ?? 0n), 0n);
    const [inputUncached, cacheRead, output] = (['inputUncached', 'cacheRead', 'output'] as const).map(perMillion);
    return [
      {
        ...{ provider: list.provider, model: list.model, priceVersionId: list.priceVersionId },
        ...{ inputUncached: inputUncached ?? null, cacheRead: cacheRead ?? null, output: output ?? null },
        cost: isSold ? cost : null,
      },
    ];
  });
  return offers.sort(compareOffers).slice(0, OFFERS_MAX);
}

function compareOffers(a: ListOffer, b: ListOffer): number {
  if (a.cost !== b.cost) {
    if (a.cost === null || b.cost === null) return a.cost === null ? 1 : -1;
    return a.cost < b.cost ? -1 : 1;
  }
  return a.provider < b.provider ? -1 : a.provider > b.provider ? 1 : a.model < b.model ? -1 : 1;
}
