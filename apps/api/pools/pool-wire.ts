import { formatInstant } from '#calendar';
import type { PoolPolicyWire, PoolWire, SharedPolicyWire } from '#contract';
import type {
  AttributionPolicy,
  IdlePolicy,
  Pool,
  RecordedPoolPolicy,
  SharedSplit,
  TeamShares,
  TokenWeights,
} from '#cost-record';
import { scaledToDecimal } from '#money';

const decimal = (scaled: bigint): string => scaledToDecimal(scaled, 6);

export function poolToApi(pool: Pool): PoolWire {
  const named = { pool: pool.pool, createdAt: formatInstant(pool.createdAt) };
  if (pool.kind === 'shared') {
    const policies = pool.policies.map(({ split, ...policy }) => ({ ...datedToApi(policy), split: splitToApi(split) }));
    return { ...named, kind: pool.kind, policies };
  }
  const policies = pool.policies.map(({ attribution, idle, ...policy }) => ({
    ...datedToApi(policy),
    attribution: attributionToApi(attribution),
    idle: idleToApi(idle),
  }));
  return { ...named, kind: pool.kind, policies };
}

type Dated = Pick<RecordedPoolPolicy, 'version' | 'validFrom' | 'recordedAt' | 'recordedBy'>;

function datedToApi({ version, validFrom, recordedAt, recordedBy }: Dated) {
  return { version, validFrom: formatInstant(validFrom), recordedAt: formatInstant(recordedAt), recordedBy };
}

function splitToApi(split: SharedSplit): SharedPolicyWire['split'] {
  if (split.over === 'teams')
    return split.by === 'fixed' ? { ...split, shares: sharesToApi(split.shares) } : { ...split };
  if (split.by !== 'fixed') return { ...split, pools: split.pools && [...split.pools] };
  return { ...split, shares: Object.fromEntries(split.shares.map(({ pool, percent }) => [pool, decimal(percent)])) };
}

export function attributionToApi(attribution: AttributionPolicy): PoolPolicyWire['attribution'] {
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

export function idleToApi(idle: IdlePolicy): PoolPolicyWire['idle'] {
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
