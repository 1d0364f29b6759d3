import type { AppliedAttribution } from '#allocation';
import type { PoolPeriodCost } from '#cost-record';
import { inputTokens } from '#token';
import { weightsOf } from '../../libs/allocation/domain/testing.js';
import { NO_TOKENS, usageOf } from '../../libs/rating/domain/testing.js';
import { attribute, dollars, effectiveOf, perMillion } from './figures.js';

/**
 * Half prefill, half decode: $3.20, 12M input of which 0.8M cached, 3M output. The profile prefills four tokens while it
 * decodes one, so that both phases take 3M token-times, and hits are free.
 */
const tokens = { ...NO_TOKENS, inputUncached: 11_200_000n, cacheRead: 800_000n, output: 3_000_000n };
const cost: PoolPeriodCost = {
  pool: 'p',
  chargePeriod: 0,
  effective: dollars('3.20'),
  list: null,
  instanceMicroMs: 6_000n * 1_000n * 1_000_000n,
};

const hitsFree = weightsOf({ cacheRead: 0n });
const profiled: AppliedAttribution = {
  basis: 'throughput',
  prefillTokensPerSecond: 4_000_000_000n,
  decodeTokensPerSecond: 1_000_000_000n,
  inputWeights: hitsFree,
};
/** The same halves as they were measured, whatever the clock time of overlapping requests sums to. */
const measured: AppliedAttribution = { basis: 'phase_time', inputWeights: hitsFree };
const usage = usageOf({
  dimension: { pool: 'p' },
  tokens,
  prefillMicros: 48_000_000_000n,
  decodeMicros: 48_000_000_000n,
});

describe.each([profiled, measured])('half prefill, half decode, by $basis', (policy) => {
  const attributed = attribute(cost, policy, [usage]);

  it('costs $1.60 each', () => {
    expect(effectiveOf(attributed, 'inputUncached', 'cacheRead')).toBe(dollars('1.60'));
    expect(effectiveOf(attributed, 'output')).toBe(dollars('1.60'));
  });

  it('costs per 1M tokens 0.213 blended, 0.143 per uncached input, 0.533 per output', () => {
    expect(perMillion(cost.effective, inputTokens(tokens) + tokens.output, 3)).toBe('0.213');
    expect(perMillion(effectiveOf(attributed, 'inputUncached'), tokens.inputUncached, 3)).toBe('0.143');
    expect(perMillion(effectiveOf(attributed, 'output'), tokens.output, 3)).toBe('0.533');
  });
});
