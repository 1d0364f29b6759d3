import type { ModelMatch } from './price.js';

/** A provider of the price book, and how it is found and helped out. */
export interface PriceProvider {
  readonly provider: string;
  /** Other names it goes by; null: its own alone. */
  readonly match: ModelMatch | null;
  /** Providers whose models it resells at their price, in order: looked at where its own do not have a model. */
  readonly fallbackProviders: readonly string[];
}
