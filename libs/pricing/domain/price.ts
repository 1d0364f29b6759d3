import type { EpochMs } from '#calendar';
import type { Picos } from '#money';
import type { Modality, TokenClass, UsageUnit } from '#token';
import type { VolumePrice } from './volume-price.js';

/** How model names map to a price: the clauses of the public price tables. */
export type ModelMatch =
  | { readonly equals: string }
  | { readonly starts_with: string }
  | { readonly ends_with: string }
  | { readonly contains: string }
  | { readonly regex: string }
  | { readonly or: readonly ModelMatch[] }
  | { readonly and: readonly ModelMatch[] };

/** Picos (10^-12 of the currency) per single token: $2.50 per 1M tokens is 2,500,000. A class may be missing. */
export type TokenPrices = Readonly<Partial<Record<TokenClass, Picos>>>;

/** What so many of a unit cost: 1,000 searches, 3,600 seconds. */
export interface UnitRate {
  readonly picos: Picos;
  readonly per: bigint;
}

export type ModalityPrices = Readonly<Partial<Record<Modality, TokenPrices>>>;
export type UnitRates = Readonly<Partial<Record<UsageUnit, UnitRate>>>;

/** The unit prices of requests with at least `contextFrom` input tokens; they apply to the whole request. */
export interface ContextRate {
  readonly contextFrom: bigint;
  /** Of text, and of every modality that has no price of its own. */
  readonly picosPerToken: TokenPrices;
  /** Left out where the price names none. */
  readonly picosPerModalityToken?: ModalityPrices;
  readonly unitRates?: UnitRates;
  /** What each request costs beside its tokens. 0 says that it is free, null that the price does not name it. */
  readonly picosPerRequest: Picos | null;
}

/** One version of one price of one model. */
export interface PriceVersion {
  readonly priceVersionId: string;
  readonly kind: 'list' | 'contract';
  readonly provider: string;
  readonly model: string;
  readonly modelMatch: ModelMatch | null;
  readonly serviceTier: string;
  /** `''`: any region. */
  readonly region: string;
  readonly validFrom: EpochMs;
  /** Exclusive; null: open. */
  readonly validTo: EpochMs | null;
  /** Milliseconds of the UTC day, half open, may wrap past midnight; null: all day. */
  readonly daily: { readonly from: number; readonly to: number } | null;
  readonly version: number;
  readonly currency: string;
  /** Ascending by `contextFrom`; the first is 0. */
  readonly rates: readonly ContextRate[];
  /**
   * Classes whose price follows the volume of the billing period, for requests of any size; `rates` does not name them. Absent
   * where there are none.
   */
  readonly volumePrices?: Readonly<Partial<Record<TokenClass, VolumePrice>>>;
  readonly source: string;
}

export interface PriceQuery {
  readonly provider: string;
  readonly model: string;
  readonly serviceTier: string;
  readonly region: string | null;
  readonly at: EpochMs;
}

/**
 * The prices that hold for a model at an instant: the public one and, where there is one, the negotiated one. Undefined
 * members mean that the book has none.
 */
export interface ApplicablePrices {
  readonly list: PriceVersion | undefined;
  readonly contract: PriceVersion | undefined;
}

/** A price book loaded for an interval of time; answers from memory. */
export interface PriceBook {
  /** Another one when any price has come: books of one interval and extent are the same. */
  readonly extent: string;
  find(query: PriceQuery): ApplicablePrices;
  /**
   * The public prices of a model at an instant, whoever sells it: of the standard tier in any region, sorted by provider. The model
   * is found as `find` does at each provider.
   */
  offers(model: string, at: EpochMs): readonly PriceVersion[];
  /** What the book calls the provider of that name, in lower case; the name itself where the book has none. */
  providerNamed(name: string): string;
}
