import { rateUsage } from '#rating';
import { inputTokens } from '#token';
import { bookOf, NO_TOKENS, priceOf, usageOf } from '../../libs/rating/domain/testing.js';

/** Cache counted once: 20,212 input tokens of which 16,298 are cache reads, 931 output. */
describe('a cached prompt', () => {
  const tokens = { ...NO_TOKENS, inputUncached: 3_914n, cacheRead: 16_298n, output: 931n };
  const picosPerToken = { inputUncached: 3_000_000n, cacheRead: 300_000n, output: 15_000_000n };
  const list = priceOf({ rates: [{ contextFrom: 0n, picosPerToken, picosPerRequest: 0n }] });
  const charges = rateUsage(
    [usageOf({ dimension: { provider: 'anthropic', model: 'sonnet' }, tokens })],
    bookOf({ sonnet: { list } }),
    {
      currency: 'USD',
      isKnownTeam: () => true,
    },
  );

  it('has input buckets of 3,914 + 16,298, never 20,212 + 16,298', () => {
    expect(inputTokens(tokens)).toBe(20_212n);
    expect(charges.map(({ tokenClass, quantity }) => [tokenClass, quantity])).toEqual([
      ['inputUncached', 3_914n],
      ['cacheRead', 16_298n],
      ['output', 931n],
    ]);
  });

  it('costs each bucket at its own price', () => {
    expect(charges.map(({ effective }) => effective)).toEqual([11_742_000_000n, 4_889_400_000n, 13_965_000_000n]);
  });
});
