import { attributionBasis } from '#allocation';
import type { PoolPeriodCost, TokenWeights } from '#cost-record';
import { rateUsage } from '#rating';
import { bookOf, NO_TOKENS, priceOf, usageOf } from '../../libs/rating/domain/testing.js';
import { attribute, dollars, effectiveOf, perMillion, toPlaces } from './figures.js';

/**
 * A published production day (DeepSeek, 27-28 Feb 2025): 226.75 nodes x 8 GPUs x 24 h x $2, 608e9 input tokens of which
 * 342e9 cache hits, 168e9 output; profiled 73,700 prefill (hits included) and 14,800 decode tokens/s per node.
 */
const DAY_MS = 86_400_000n;
const NODE_MICROS = 226_750_000n;
const NODE_HOURLY = dollars('16');
const cost: PoolPeriodCost = {
  pool: 'h800',
  chargePeriod: 0,
  effective: (NODE_HOURLY * 24n * NODE_MICROS) / 1_000_000n,
  list: null,
  instanceMicroMs: NODE_MICROS * DAY_MS,
};
const tokens = { ...NO_TOKENS, inputUncached: 266_000_000_000n, cacheRead: 342_000_000_000n, output: 168_000_000_000n };
const usage = [usageOf({ dimension: { pool: 'h800' }, tokens })];
const weightsOf = (cacheRead: bigint): TokenWeights => ({
  inputUncached: 1_000_000n,
  cacheRead,
  cacheWrite5m: 1_000_000n,
  cacheWrite1h: 1_000_000n,
  output: 0n,
  reasoning: 0n,
});
const profile = (cacheRead: bigint) =>
  ({
    basis: 'throughput',
    prefillTokensPerSecond: 73_700_000_000n,
    decodeTokensPerSecond: 14_800_000_000n,
    inputWeights: weightsOf(cacheRead),
  }) as const;

describe('a published production day, basis throughput', () => {
  const day = attribute(cost, profile(1_000_000n), usage);
  const hitsFree = attribute(cost, profile(0n), usage);

  it('costs $87,072.00 exactly', () => {
    expect(cost.effective).toBe(dollars('87072'));
  });

  it('takes 2,291.57 + 3,153.15 = 5,444.73 node-hours against 5,442 in fact (+0.05 %)', () => {
    const hours = (of: Partial<typeof tokens>) => {
      const use = {
        tokens: { ...NO_TOKENS, ...of },
        requests: 1n,
        inferenceMicros: 0n,
        prefillMicros: 0n,
        decodeMicros: 0n,
      };
      const { phases, perInstanceNano } = attributionBasis(profile(1_000_000n)).shares(use, cost.instanceMicroMs);
      return phases.reduce((sum, share) => sum + share, 0n) / (perInstanceNano ?? 1n);
    };
    const nanosPerHour = 3_600_000_000_000n;
    const { inputUncached, cacheRead, output } = tokens;
    expect(toPlaces(hours({ inputUncached, cacheRead }), nanosPerHour, 2)).toBe('2291.57');
    expect(toPlaces(hours({ output }), nanosPerHour, 2)).toBe('3153.15');
    expect(toPlaces(day.usedInstanceNanos ?? 0n, nanosPerHour, 2)).toBe('5444.73');
    expect(cost.instanceMicroMs / nanosPerHour).toBe(5442n);
    expect(toPlaces(((day.usedInstanceNanos ?? 0n) - cost.instanceMicroMs) * 100n, cost.instanceMicroMs, 2)).toBe(
      '0.05',
    );
  });

  it('divides it into prefill $36,646.80 and decode $50,425.20, with nothing idle', () => {
    const [prefill, decode] = [effectiveOf(day, 'inputUncached', 'cacheRead'), effectiveOf(day, 'output')];
    expect(toPlaces(prefill, 10n ** 12n, 2)).toBe('36646.80');
    expect(toPlaces(decode, 10n ** 12n, 2)).toBe('50425.20');
    expect(prefill + decode).toBe(cost.effective);
    expect(day.charges.some(({ kind }) => kind === 'idle')).toBe(false);
  });

  it('costs $0.0603 per 1M input tokens, $0.1378 per uncached one with hits free, $0.3001 per 1M output', () => {
    const input = tokens.inputUncached + tokens.cacheRead;
    expect(perMillion(effectiveOf(day, 'inputUncached', 'cacheRead'), input, 4)).toBe('0.0603');
    expect(perMillion(effectiveOf(hitsFree, 'inputUncached'), tokens.inputUncached, 4)).toBe('0.1378');
    expect(effectiveOf(hitsFree, 'cacheRead')).toBe(0n);
    expect(perMillion(effectiveOf(day, 'output'), tokens.output, 4)).toBe('0.3001');
    const ratio = [
      effectiveOf(day, 'output') * input,
      effectiveOf(day, 'inputUncached', 'cacheRead') * tokens.output,
    ] as const;
    expect(toPlaces(...ratio, 2)).toBe('4.98');
  });

  it("costs $562,100 at the provider's prices of 0.14 / 0.55 / 2.19 per 1M", () => {
    const picosPerToken = { cacheRead: 140_000n, inputUncached: 550_000n, output: 2_190_000n };
    const r1 = priceOf({ model: 'r1', rates: [{ contextFrom: 0n, picosPerToken, picosPerRequest: 0n }] });
    const rated = rateUsage(
      [usageOf({ dimension: { provider: 'deepseek', model: 'r1' }, tokens })],
      bookOf({ r1: { list: r1 } }),
      { currency: 'USD', isKnownTeam: () => true },
    );
    expect(rated.reduce((sum, { list }) => sum + (list ?? 0n), 0n)).toBe(dollars('562100'));
  });

  it("costs 15.49 % of the provider's prices whatever the class when these are the weights", () => {
    const prices = weightsOf(140_000n);
    const weights = { ...prices, inputUncached: 550_000n, output: 2_190_000n, reasoning: 2_190_000n };
    const attributed = attribute(cost, { basis: 'list_price', weights }, usage);
    for (const tokenClass of ['inputUncached', 'cacheRead', 'output'] as const) {
      const asked = weights[tokenClass] * tokens[tokenClass];
      expect(toPlaces(effectiveOf(attributed, tokenClass) * 100n, asked, 2)).toBe('15.49');
    }
  });
});
