import type { Clock } from '#calendar';
import type { PriceList, PriceStore, StoredPrices } from './price-store.js';

/** A public price table that comes with the product. */
export interface PriceSource {
  load(): Promise<PriceList>;
}

/** Fills an account's price book from a public table. A table that was seeded already costs one query. */
export class SeedPriceBook {
  constructor(
    private readonly store: PriceStore,
    private readonly source: PriceSource,
    private readonly clock: Clock,
  ) {}

  /** What changed, undefined when there was nothing to do. */
  async run(accountId: number): Promise<StoredPrices | undefined> {
    const list = await this.source.load();
    if ((await this.store.seededDigest(accountId, list.source)) === list.digest) return undefined;
    return this.store.seed({ accountId, list, recordedAt: this.clock.now() });
  }
}

export const SEED_PRICE_BOOK = Symbol('SeedPriceBook');
