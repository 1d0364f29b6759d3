import type { EpochMs } from '#calendar';
import type { UsageDimension } from '#metering/domain';
import type { Picos } from '#money';
import type { TokenClass, TokenCounts, UsageUnit } from '#token';
import type { ChargeTerms } from './charge-terms.js';

/**
 * What a charge is for. `used`: capacity or tokens that the owner used. `idle`: capacity that nobody used. `shared`: cost
 * without an owner of its own. `adjustment`: what was paid beyond what usage comes to, or less than it: minimum commitments,
 * discounts, differences to an invoice, of either sign. `unattributed`: cost of usage whose team the directory does not know, or of a pool that no
 * policy says how to attribute. `unpriced`: usage whose cost is not known; its cost is null, never 0.
 */
export const CHARGE_KINDS = ['used', 'idle', 'shared', 'adjustment', 'unattributed', 'unpriced'] as const;
export type ChargeKind = (typeof CHARGE_KINDS)[number];

export const CHARGE_UNITS = [
  'tokens',
  'requests',
  'inference_seconds',
  'instance_seconds',
  'web_searches',
  'file_searches',
  'images',
  'audio_seconds',
  'document_pages',
  'annotated_pages',
] as const;
export type ChargeUnit = (typeof CHARGE_UNITS)[number];

/** Decimals of each unit's quantity: quantities are integers scaled by 10^decimals, so that they too are exact. */
export const CHARGE_UNIT_DECIMALS: Readonly<Record<ChargeUnit, number>> = {
  tokens: 0,
  requests: 0,
  inference_seconds: 6,
  instance_seconds: 9,
  web_searches: 0,
  file_searches: 0,
  images: 0,
  audio_seconds: 6,
  document_pages: 0,
  annotated_pages: 0,
};

/** The unit that a charge for what is counted apart from tokens is in; their quantities are scaled alike. */
export const CHARGE_UNIT_OF: Readonly<Record<UsageUnit, ChargeUnit>> = {
  webSearches: 'web_searches',
  fileSearches: 'file_searches',
  images: 'images',
  audioSeconds: 'audio_seconds',
  documentPages: 'document_pages',
  annotatedPages: 'annotated_pages',
};

/** What made the amount: the version of a price, or of a pool's policy. */
export interface ChargeOrigin {
  readonly priceVersionId: string | null;
  readonly policyVersion: number | null;
  /** The versions of price rules that had a part in it, by their ids; absent where none had. */
  readonly priceRules?: string;
}

/**
 * One exact amount: what one dimension owes for one token class in one charge period. Charges that nobody's usage
 * explains (idle capacity, a pool without a policy, a share that a team agreed to) have no dimension.
 */
export interface Charge {
  readonly kind: ChargeKind;
  readonly chargePeriod: EpochMs;
  readonly dimension: UsageDimension | null;
  readonly dimensionKey: string;
  /** The team that bears a charge without a dimension; null there: the account's platform team. */
  readonly bearer: string | null;
  readonly pool: string | null;
  /** Null for what is not owed per token: requests, inference seconds, capacity. */
  readonly tokenClass: TokenClass | null;
  /** Requests counted here. Each request is counted on one charge only, so that charges can be summed. */
  readonly requests: bigint;
  /** In `unit`, scaled by 10^`CHARGE_UNIT_DECIMALS[unit]`. */
  readonly quantity: bigint;
  readonly unit: ChargeUnit;
  /**
   * The tokens behind a charge that is not per token but stands for all of its dimension's usage; null for every other, so
   * that tokens too are counted on one charge only.
   */
  readonly tokens: TokenCounts | null;
  readonly list: Picos | null;
  readonly effective: Picos | null;
  readonly origin: ChargeOrigin;
  /** What is yet to be made of the amounts, at the end of the billing period; absent: they are what is owed. */
  readonly terms?: ChargeTerms;
}

/**
 * The token class on whose charge a bucket's requests are counted. It has a charge in every bucket that has requests, which
 * those of other modalities than text do not, of no tokens where all input came from the cache, for a fixed class keeps requests additive over buckets, lines and columns.
 */
export const REQUEST_CARRIER = 'inputUncached' satisfies TokenClass;

/** Whether a bucket has a charge for the class: some tokens of it, or the requests to carry. */
export function isCharged(tokenClass: TokenClass, tokens: bigint, requests: bigint): boolean {
  return tokens > 0n || (requests > 0n && tokenClass === REQUEST_CARRIER);
}
