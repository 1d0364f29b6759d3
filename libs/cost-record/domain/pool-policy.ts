import type { DatedVersion } from '#calendar';
import type { TokenClass } from '#token';
import type { TeamShares } from './team-shares.js';

/** Weights are exact: integers scaled by 10^6, so that 0.1 is 100000. */
export const WEIGHT_SCALE = 1_000_000n;
export type TokenWeights = Readonly<Record<TokenClass, bigint>>;

/** By which rule a pool's used cost is split, with the rule's parameters. */
export type AttributionPolicy =
  | { readonly basis: 'weighted_tokens'; readonly weights: TokenWeights }
  | {
      readonly basis: 'throughput';
      /** Tokens per second that one instance prefills and decodes, scaled by 10^6. Above zero. */
      readonly prefillTokensPerSecond: bigint;
      readonly decodeTokensPerSecond: bigint;
      /** How the prefill phase's cost is shared among the input classes; all 1 unless the policy says otherwise. */
      readonly inputWeights: TokenWeights;
    }
  | {
      readonly basis: 'phase_time';
      /** As under `throughput`. */
      readonly inputWeights: TokenWeights;
    }
  | { readonly basis: 'inference_time' }
  | { readonly basis: 'requests' }
  /** Weights are what the provider publishes for the model, as the price book has it at the charge period's start. */
  | { readonly basis: 'list_price'; readonly provider: string; readonly model: string }
  | { readonly basis: 'even' }
  | { readonly basis: 'peak' }
  /** Shares sum to exactly 100 percent. */
  | { readonly basis: 'fixed'; readonly shares: TeamShares };

export type AttributionBasis = AttributionPolicy['basis'];

/** What happens to the cost of capacity that nobody used. */
export type IdlePolicy =
  | 'separate'
  | 'proportional'
  | 'even'
  /** Shares of idle cost; they sum to exactly 100 percent. */
  | { readonly policy: 'fixed'; readonly shares: TeamShares }
  /** Shares of the pool's capacity that owners reserved; they sum to at most 100 percent. */
  | { readonly policy: 'reserved'; readonly shares: TeamShares };

/** What a policy says. */
export interface PolicyTerms {
  readonly attribution: AttributionPolicy;
  readonly idle: IdlePolicy;
}

export interface PoolPolicy extends PolicyTerms, DatedVersion {
  readonly pool: string;
}

/** Whether two policies say the same, whenever they hold. */
export function samePolicy(a: PolicyTerms, b: PolicyTerms): boolean {
  return sameTerms([a.attribution, a.idle], [b.attribution, b.idle]);
}

/** Whether terms are equal, in whatever order their fields were written. */
export function sameTerms(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

function canonical(terms: unknown): string {
  return JSON.stringify(terms, (_, value: unknown) => {
    if (typeof value === 'bigint') return value.toString();
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  });
}
