import type { ApplicablePrices, PriceBook } from '#pricing/domain';
import { bookOf, priceOf } from '../../libs/rating/domain/testing.js';

export interface OwnPrice {
  /** Whether the output price falls to a third beyond 500,000 tokens of a month. */
  readonly graduated: boolean;
  /** Whether the own price is in another currency than the account's. */
  readonly isForeign: boolean;
}

/** Prices of the standard tier alone. */
export function standardOnly(prices: Readonly<Record<string, ApplicablePrices>>): PriceBook {
  const book = bookOf(prices);
  const none = { list: undefined, contract: undefined };
  return { ...book, find: (query) => (query.serviceTier === 'standard' ? book.find(query) : none) };
}

/** A public price of a model, and an own one. */
export function pricesAt(picos: bigint, { graduated, isForeign }: OwnPrice): ApplicablePrices {
  const picosPerToken = picos % 3n === 0n ? { inputUncached: 1n } : { inputUncached: 1n, output: picos };
  const rates = [{ contextFrom: 0n, picosPerToken, picosPerRequest: null }];
  const list = priceOf({ priceVersionId: `${picos}00`, rates });
  const tiers = [
    { volumeFrom: 0n, picosPerToken: picos },
    { volumeFrom: 500_000n, picosPerToken: picos / 3n },
  ] as const;
  const volumePrices = { output: { model: 'graduated', tiers } } as const;
  const base = [{ contextFrom: 0n, picosPerToken: graduated ? {} : { output: picos / 2n }, picosPerRequest: null }];
  const priceVersionId = `${picos}${isForeign ? 2 : 1}${graduated ? 1 : 0}`;
  const own = { kind: 'contract', priceVersionId, currency: isForeign ? 'EUR' : 'USD', rates: base } as const;
  const contract = priceOf({ ...own, ...(graduated && { volumePrices }) });
  return { list, contract: graduated || isForeign ? contract : undefined };
}

/** Whether a line was made by an own price in another currency. */
export function isOfForeignPrice({ priceVersionId }: { readonly priceVersionId: string | null }): boolean {
  return /2[01]$/.test(priceVersionId ?? '');
}
