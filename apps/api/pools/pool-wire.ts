import { formatInstant } from '#calendar';
import type { PoolPolicyWire, PoolWire } from '#contract';
import type { AttributionPolicy, IdlePolicy, Pool, TeamShares, TokenWeights } from '#cost-record';
import { scaledToDecimal } from '#money';

const decimal = (scaled: bigint): string => scaledToDecimal(scaled, 6);

export function poolToApi({ pool, createdAt, policies }: Pool): PoolWire {
  return {
    pool,
    createdAt: formatInstant(createdAt),
    policies: policies.map(({ version, validFrom, attribution, idle, recordedAt, recordedBy }) => ({
      version,
      validFrom: formatInstant(validFrom),
      attribution: attributionToApi(attribution),
      idle: idleToApi(idle),
      recordedAt: formatInstant(recordedAt),
      recordedBy,
    })),
  };
}

function attributionToApi(attribution: AttributionPolicy): PoolPolicyWire['attribution'] {
  switch (attribution.basis) {
    case 'weighted_tokens':
      return { basis: attribution.basis, weights: weightsToApi(attribution.weights) };
    case 'throughput':
      return {
        basis: attribution.basis,
        prefillTokensPerSecond: decimal(attribution.prefillTokensPerSecond),
        decodeTokensPerSecond: decimal(attribution.decodeTokensPerSecond),
        inputWeights: inputWeightsToApi(attribution.inputWeights),
      };
    case 'phase_time':
      return { basis: attribution.basis, inputWeights: inputWeightsToApi(attribution.inputWeights) };
    case 'list_price':
      return { basis: attribution.basis, provider: attribution.provider, model: attribution.model };
    case 'fixed':
      return { basis: attribution.basis, shares: sharesToApi(attribution.shares) };
    case 'inference_time':
    case 'requests':
    case 'even':
    case 'peak':
      return { basis: attribution.basis };
  }
}

function idleToApi(idle: IdlePolicy): PoolPolicyWire['idle'] {
  return typeof idle === 'string' ? idle : { policy: idle.policy, shares: sharesToApi(idle.shares) };
}

function sharesToApi(shares: TeamShares): Record<string, string> {
  return Object.fromEntries(shares.map(({ team, percent }) => [team, decimal(percent)]));
}

function weightsToApi(weights: TokenWeights) {
  return {
    ...inputWeightsToApi(weights),
    output: decimal(weights.output),
    reasoning: decimal(weights.reasoning),
  };
}

function inputWeightsToApi(weights: TokenWeights) {
  return {
    inputUncached: decimal(weights.inputUncached),
    cacheRead: decimal(weights.cacheRead),
    cacheWrite5m: decimal(weights.cacheWrite5m),
    cacheWrite1h: decimal(weights.cacheWrite1h),
  };
}
