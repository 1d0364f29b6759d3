import type { PoolPeriodCost, TokenWeights } from '#cost-record/domain';
import type { Charge } from '#rating/domain';
import type { AppliedAttribution, AppliedPolicy } from './applied-policy.js';

export const HOUR_MS = 3_600_000;

/** Weights scaled by 10^6; classes not named weigh 1. */
export function weightsOf(weights: Partial<TokenWeights> = {}): TokenWeights {
  const one = 1_000_000n;
  const even = {
    inputUncached: one,
    cacheRead: one,
    cacheWrite5m: one,
    cacheWrite1h: one,
    output: one,
    reasoning: one,
  };
  return { ...even, ...weights };
}

/** Weighted tokens with one weight for output and reasoning, scaled by 10^6. */
export function outputWeight(weight: bigint): Extract<AppliedAttribution, { basis: 'weighted_tokens' }> {
  return { basis: 'weighted_tokens', weights: weightsOf({ output: weight, reasoning: weight }) };
}

export function policyOf(attribution: AppliedAttribution, version = 1): AppliedPolicy {
  return { version, attribution };
}

/** What one instance cost in an hour at that rate; the list price is the same unless it says otherwise. */
export function costOf(effective: bigint, cost: Partial<PoolPeriodCost> = {}): PoolPeriodCost {
  return {
    pool: 'p',
    chargePeriod: 0,
    effective,
    list: effective,
    instanceMicroMs: 1_000_000n * BigInt(HOUR_MS),
    ...cost,
  };
}

export function sumOf(charges: readonly Charge[], price: 'effective' | 'list' = 'effective'): bigint {
  return charges.reduce((sum, charge) => sum + (charge[price] ?? 0n), 0n);
}
