import type { EpochMs } from '#calendar';
import type { Failure, Outcome } from '#outcome';
import type { PriceProvider, PriceVersion } from '../domain/index.js';

/** What a price says, before it is stored. */
export type PriceDraft = Omit<PriceVersion, 'priceVersionId' | 'version'>;

/** A public price table, translated. */
export interface PriceList {
  /** Equal exactly when all that is stored of it is. */
  readonly digest: string;
  readonly source: string;
  readonly prices: readonly PriceDraft[];
  readonly providers: readonly PriceProvider[];
}

export interface RecordedPrice extends PriceVersion {
  readonly state: 'current' | 'superseded' | 'withdrawn';
  readonly recordedAt: EpochMs;
  readonly recordedBy: string | null;
}

export interface PricePage {
  readonly accountId: number;
  readonly provider: string | undefined;
  readonly model: string | undefined;
  readonly kind: 'list' | 'contract' | undefined;
  /** Only prices in force then. */
  readonly at: EpochMs | undefined;
  /** Versions with a greater id. */
  readonly after: string | undefined;
  readonly limit: number;
}

/** How many prices were new, differed from what was known and got a new version, or were known as they are. */
export interface StoredPrices {
  readonly created: number;
  readonly corrected: number;
  readonly unchanged: number;
}

export interface StorePricesInput {
  readonly accountId: number;
  /** No two with the same natural key. */
  readonly prices: readonly PriceDraft[];
  readonly recordedAt: EpochMs;
  readonly recordedBy: string | null;
}

export interface WithdrawPriceInput {
  readonly accountId: number;
  readonly priceVersionId: string;
  readonly recordedAt: EpochMs;
  readonly recordedBy: string | null;
}

export interface SeedInput {
  readonly accountId: number;
  readonly list: PriceList;
  readonly recordedAt: EpochMs;
}

export interface PriceStore {
  /** The digest of what was last seeded from the source. */
  seededDigest(accountId: number, source: string): Promise<string | undefined>;
  /**
   * Makes the list's prices the current ones of its source, its thresholds breakpoints, and notes the digest; in one
   * transaction. Of starters at once, one does it. Prices of models that the list has no more stay; of a model it has,
   * those it does not name any more are withdrawn. Undefined: another one was first.
   */
  seed(input: SeedInput): Promise<StoredPrices | undefined>;
  /** All in one transaction. */
  store(input: StorePricesInput): Promise<StoredPrices>;
  /**
   * Adds a version that withdraws what this version says, unless `refusal` has something against it, and answers the
   * added one. Undefined: there is no such version.
   */
  withdraw(
    input: WithdrawPriceInput,
    refusal: (price: RecordedPrice) => Failure | undefined,
  ): Promise<Outcome<RecordedPrice> | undefined>;
  /** By id. */
  list(page: PricePage): Promise<readonly RecordedPrice[]>;
  /** Ascending. */
  breakpoints(accountId: number): Promise<readonly bigint[]>;
}
