import type { EpochMs } from '#calendar';
import { TOKEN_CLASSES, type TokenClass } from '#token';

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
  | { readonly basis: 'requests' };

export type AttributionBasis = AttributionPolicy['basis'];

/** What happens to the cost of capacity that nobody used. */
export type IdlePolicy = 'separate' | 'proportional';

/** What a policy says. */
export interface PolicyTerms {
  readonly attribution: AttributionPolicy;
  readonly idle: IdlePolicy;
}

export interface PoolPolicy extends PolicyTerms {
  readonly pool: string;
  readonly version: number;
  readonly validFrom: EpochMs;
}

/** The policy that holds at an instant: the latest `validFrom` at or before it, of several the highest version. */
export function policyAt(policies: readonly PoolPolicy[], at: EpochMs): PoolPolicy | undefined {
  let best: PoolPolicy | undefined;
  for (const policy of policies) {
    if (policy.validFrom > at) continue;
    if (
      !best ||
      policy.validFrom > best.validFrom ||
      (policy.validFrom === best.validFrom && policy.version > best.version)
    )
      best = policy;
  }
  return best;
}

/** Whether two policies say the same, whenever they hold. */
export function samePolicy(a: PolicyTerms, b: PolicyTerms): boolean {
  return canonical(a) === canonical(b);
}

function canonical({ attribution, idle }: PolicyTerms): string {
  const fields = Object.entries(attribution).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([fields, idle], (_, value: unknown) => {
    if (typeof value === 'bigint') return value.toString();
    return isWeights(value) ? TOKEN_CLASSES.map((tokenClass) => value[tokenClass].toString()) : value;
  });
}

function isWeights(value: unknown): value is TokenWeights {
  return typeof value === 'object' && value !== null && 'inputUncached' in value;
}
