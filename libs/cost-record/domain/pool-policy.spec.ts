import fc from 'fast-check';
import { type PoolPolicy, policyAt, samePolicy } from './pool-policy.js';
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

describe('policyAt', () => {
  const policy = (version: number, validFrom: number): PoolPolicy => ({
    pool: 'p',
    version,
    validFrom,
    attribution: { basis: 'requests' },
    idle: 'separate',
  });

  it('takes the latest start, of one start the highest version, in whatever order they come', () => {
    const starts = fc.uniqueArray(fc.tuple(fc.nat(20), fc.nat(50)), {
      selector: ([, version]) => version,
      maxLength: 10,
    });
    fc.assert(
      fc.property(starts, fc.nat(25), (list, at) => {
        const policies = list.map(([validFrom, version]) => policy(version, validFrom));
        const expected = policies
          .filter(({ validFrom }) => validFrom <= at)
          .sort((a, b) => b.validFrom - a.validFrom || b.version - a.version)[0];
        expect(policyAt(policies, at)).toEqual(expected);
      }),
    );
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
