import { type EpochMs, versionAt } from '#calendar';
import type { AttributionPolicy, PoolPolicy, TokenWeights } from '#cost-record/domain';
import type { PriceBook } from '#pricing/domain';
import { listPriceWeights } from './list-price.js';

/** A rule with all that it needs: what it refers to is looked up. */
export type AppliedAttribution =
  | Exclude<AttributionPolicy, { basis: 'list_price' }>
  | { readonly basis: 'list_price'; readonly weights: TokenWeights };

/** The policy of one charge period. */
export interface AppliedPolicy {
  readonly version: number;
  /** Null when the price that the policy refers to is not known: nothing then says how to attribute. */
  readonly attribution: AppliedAttribution | null;
}

/** The policy that holds at a charge period's start, with the prices of that time. */
export function appliedPolicyAt(
  policies: readonly PoolPolicy[],
  at: EpochMs,
  book: PriceBook,
): AppliedPolicy | undefined {
  const policy = versionAt(policies, at);
  if (!policy) return undefined;
  const { version, attribution } = policy;
  if (attribution.basis !== 'list_price') return { version, attribution };
  const weights = listPriceWeights(attribution, book, at);
  return { version, attribution: weights ? { basis: attribution.basis, weights } : null };
}
