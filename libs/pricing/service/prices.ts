import type { PricePage, PriceStore, RecordedPrice } from './price-store.js';

/** Reads the price book back. */
export class Prices {
  constructor(private readonly store: PriceStore) {}

  list(page: PricePage): Promise<readonly RecordedPrice[]> {
    return this.store.list(page);
  }
}

export const PRICES = Symbol('Prices');
