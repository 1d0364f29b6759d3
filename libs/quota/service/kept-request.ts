import type { QuotaFacts, QuotaUsage } from '../domain/index.js';

/** What is kept with a reservation, so that it can be settled by the prices for whom it was made. */
export interface KeptRequest {
  readonly facts: QuotaFacts;
  readonly estimate: Readonly<Record<keyof QuotaUsage, string | null>>;
}

export function readKeptRequest(text: string): KeptRequest {
  return JSON.parse(text) as KeptRequest;
}

export function keptRequest(facts: QuotaFacts, usage: QuotaUsage): string {
  const cost = (picos: bigint | null) => (picos === null ? null : picos.toString());
  const kept: KeptRequest = {
    facts,
    estimate: {
      requests: usage.requests.toString(),
      inputTokens: usage.inputTokens.toString(),
      cachedTokens: usage.cachedTokens.toString(),
      outputTokens: usage.outputTokens.toString(),
      billedCost: cost(usage.billedCost),
      effectiveCost: cost(usage.effectiveCost),
    },
  };
  return JSON.stringify(kept);
}

export function usageOfKept({ estimate }: KeptRequest): QuotaUsage {
  const count = (text: string | null) => BigInt(text ?? 0);
  const cost = (text: string | null) => (text === null ? null : BigInt(text));
  return {
    requests: count(estimate.requests),
    inputTokens: count(estimate.inputTokens),
    cachedTokens: count(estimate.cachedTokens),
    outputTokens: count(estimate.outputTokens),
    billedCost: cost(estimate.billedCost),
    effectiveCost: cost(estimate.effectiveCost),
  };
}
