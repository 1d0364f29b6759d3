/**
 * What a quota counts. `billed_cost` is what the usage's team is billed for it, idle time of its pool included;
 * `effective_cost` what it costs itself.
 */
export const QUOTA_MEASURES = [
  'billed_cost',
  'effective_cost',
  'total_tokens',
  'input_tokens',
  'output_tokens',
  'cached_tokens',
  'requests',
  'concurrent_requests',
] as const;

export type QuotaMeasure = (typeof QUOTA_MEASURES)[number];

/**
 * A count of what a measure counts: tokens, requests, or of a cost picos (10^-12 of the account's currency). Limits are below
 * 2^53 tokens and 2^53 millionths of the currency, so that every store counts them exactly.
 */
export type QuotaAmount = bigint;

export function isCost(measure: QuotaMeasure): measure is 'billed_cost' | 'effective_cost' {
  return measure === 'billed_cost' || measure === 'effective_cost';
}

/** What one or more requests use. Of a cost null: no price says what it is. */
export interface QuotaUsage {
  readonly requests: bigint;
  /** Cached or not. */
  readonly inputTokens: bigint;
  /** Those of the input that were read from a cache. */
  readonly cachedTokens: bigint;
  /** Reasoning included. */
  readonly outputTokens: bigint;
  readonly billedCost: bigint | null;
  readonly effectiveCost: bigint | null;
}

/** How much of a measure usage is, once it is over. What no price covers adds nothing to a cost: it is shown as unpriced. */
export function amountOf(measure: QuotaMeasure, usage: QuotaUsage): QuotaAmount {
  switch (measure) {
    case 'billed_cost':
      return usage.billedCost ?? 0n;
    case 'effective_cost':
      return usage.effectiveCost ?? 0n;
    case 'total_tokens':
      return usage.inputTokens + usage.outputTokens;
    case 'input_tokens':
      return usage.inputTokens;
    case 'output_tokens':
      return usage.outputTokens;
    case 'cached_tokens':
      return usage.cachedTokens;
    case 'requests':
      return usage.requests;
    case 'concurrent_requests':
      return 0n;
  }
}

const PICOS_PER_HELD_UNIT = 1_000_000n;

/**
 * How much of a measure is held for a request until it is over. Costs are held in whole millionths of the currency, upwards:
 * all stores hold the same, none less than was estimated.
 */
export function heldFor(measure: QuotaMeasure, estimate: QuotaUsage): QuotaAmount {
  if (measure === 'concurrent_requests') return estimate.requests;
  const amount = amountOf(measure, estimate);
  if (!isCost(measure)) return amount;
  return ((amount + PICOS_PER_HELD_UNIT - 1n) / PICOS_PER_HELD_UNIT) * PICOS_PER_HELD_UNIT;
}
