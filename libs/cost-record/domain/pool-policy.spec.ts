import { samePolicy } from './pool-policy.js';
import { toTeamShares } from './team-shares.js';
import { completeWeights } from './token-weights.js';

const weights = completeWeights({ inputUncached: 1_000_000n, output: 2_000_000n });

describe('completeWeights', () => {
  it('gives a class without a weight that of the class it stands for', () => {
    expect(completeWeights({ inputUncached: 10n, cacheWrite5m: 12n, output: 50n })).toEqual({
      inputUncached: 10n,
      cacheRead: 10n,
      cacheWrite5m: 12n,
      cacheWrite1h: 12n,
      output: 50n,
      reasoning: 50n,
    });
  });

  it('keeps what was given, zero too', () => {
    expect(completeWeights({ inputUncached: 10n, cacheRead: 0n })).toMatchObject({ cacheRead: 0n, output: 0n });
  });
});

describe('samePolicy', () => {
  const weighted = { attribution: { basis: 'weighted_tokens', weights }, idle: 'separate' } as const;

  it('compares what policies say, not how they are written', () => {
    const { inputUncached, ...rest } = weights;
    const turned = { ...rest, inputUncached };
    expect(samePolicy(weighted, { idle: 'separate', attribution: { weights: turned, basis: 'weighted_tokens' } })).toBe(
      true,
    );
  });

  it('compares agreed shares too', () => {
    const agreed = (percent: bigint, policy: 'fixed' | 'reserved') =>
      ({
        attribution: { basis: 'fixed', shares: toTeamShares([['ads', percent]]) },
        idle: { policy, shares: toTeamShares([['ads', percent]]) },
      }) as const;
    expect(samePolicy(agreed(1n, 'fixed'), agreed(1n, 'fixed'))).toBe(true);
    expect(samePolicy(agreed(1n, 'fixed'), agreed(2n, 'fixed'))).toBe(false);
    expect(samePolicy(agreed(1n, 'fixed'), agreed(1n, 'reserved'))).toBe(false);
  });

  it.each([
    { ...weighted, idle: 'proportional' as const },
    { ...weighted, attribution: { basis: 'requests' as const } },
    { ...weighted, attribution: { ...weighted.attribution, weights: { ...weights, reasoning: 1n } } },
  ])('sees each difference', (other) => {
    expect(samePolicy(weighted, other)).toBe(false);
  });
});
