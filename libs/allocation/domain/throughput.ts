import type { AttributionPolicy } from '#cost-record/domain';
import { INPUT_CLASSES, inputTokens, OUTPUT_CLASSES, outputTokens } from '#token';
import type { AttributionBasis, PeriodShares, PoolUse } from './attribution-basis.js';

const NANOS_PER_SECOND = 1_000_000_000n;
/** Profiled rates are scaled by 10^6. */
const RATE_SCALE = 1_000_000n;

type ThroughputPolicy = Extract<AttributionPolicy, { basis: 'throughput' }>;

/**
 * `throughput`: from profiled tokens per second of one instance, prefill θ_pre and decode θ_dec,
 *
 *     T_pre = Σ input / θ_pre        T_dec = Σ output / θ_dec        (instance-seconds)
 *
 * where input counts cache hits and output counts reasoning, as the profile did. The used capacity is T_pre + T_dec, the
 * rest of what was paid is idle, and nothing is idle when the profile says that more was used than paid (utilization then
 * shows over 100 %: a profile to measure again). Prefill cost is shared over input tokens by `inputWeights` (1 and 0 for
 * hits when they are to be free), decode cost over output tokens evenly. Source: the prefill/decode accounting of
 * DeepSeek's inference system overview (open-infra-index, day 6), whose figures are a golden test.
 */
export function throughput(policy: ThroughputPolicy): AttributionBasis {
  return {
    phases: [
      { unit: 'tokens', classes: INPUT_CLASSES, weights: policy.inputWeights },
      { unit: 'tokens', classes: OUTPUT_CLASSES, weights: { output: 1n, reasoning: 1n } },
    ],
    phaseNames: ['prefill', 'decode'],
    shares: (use, paidInstanceNanos) => shares(policy, use, paidInstanceNanos),
  };
}

/**
 * With rates a and b (scaled by 10^6), T_pre = I·10^6/a and T_dec = O·10^6/b seconds against n·10^-9 paid. All three are put over
 * the denominator a·b, which leaves integers, so that nothing is rounded before the split.
 */
function shares(policy: ThroughputPolicy, use: PoolUse, paidInstanceNanos: bigint): PeriodShares {
  const { prefillTokensPerSecond: a, decodeTokensPerSecond: b } = policy;
  const prefill = inputTokens(use.tokens) * b * RATE_SCALE * NANOS_PER_SECOND;
  const decode = outputTokens(use.tokens) * a * RATE_SCALE * NANOS_PER_SECOND;
  const used = prefill + decode;
  const paid = paidInstanceNanos * a * b;
  return {
    phases: [prefill, decode],
    idle: paid > used ? paid - used : 0n,
    perInstanceNano: a * b,
  };
}
