import { bookOf, priceOf, usageOf } from '../../rating/domain/testing.js';
import { allocatePool } from './allocate-pool.js';
import { appliedPolicyAt } from './applied-policy.js';
import { costOf } from './testing.js';

const attribution = { basis: 'list_price', provider: 'deepseek', model: 'r1' } as const;
const policies = [{ pool: 'p', version: 3, validFrom: 0, attribution, idle: 'separate' }] as const;
const rate = (contextFrom: bigint, picosPerToken: Record<string, bigint>) => ({
  contextFrom,
  picosPerToken,
  picosPerRequest: 0n,
});
const r1 = priceOf({
  currency: 'EUR',
  rates: [rate(0n, { inputUncached: 550_000n, cacheRead: 140_000n, output: 2_190_000n }), rate(9n, { output: 1n })],
});

describe('list_price', () => {
  it('weighs tokens by the published price of short requests, in whatever currency, with the fallbacks of rating', () => {
    expect(appliedPolicyAt(policies, 0, bookOf({ r1: { list: r1 } }))).toEqual({
      version: 3,
      attribution: {
        basis: 'list_price',
        weights: {
          inputUncached: 550_000n,
          cacheRead: 140_000n,
          cacheWrite5m: 550_000n,
          cacheWrite1h: 550_000n,
          output: 2_190_000n,
          reasoning: 2_190_000n,
        },
      },
    });
  });

  it('gives every token the same fraction of its list price', () => {
    const policy = appliedPolicyAt(policies, 0, bookOf({ r1: { list: r1 } }));
    const usage = [usageOf({ dimension: { pool: 'p' }, tokens: { inputUncached: 2n, cacheRead: 5n, output: 1n } })];
    const cost = costOf(399_000n);
    const { charges } = allocatePool({ cost, policy, usage, isKnownTeam: () => true });
    expect(charges.map(({ effective }) => effective)).toEqual([110_000n, 70_000n, 219_000n]);
  });

  it.each([
    ['no price', bookOf({})],
    ['a price of nothing', bookOf({ r1: { list: priceOf({ rates: [rate(0n, { output: 0n })] }) } })],
  ])('leaves used cost unattributed and unused cost idle where there is %s', (_, book) => {
    const policy = appliedPolicyAt(policies, 0, book);
    const charged = (usage: readonly ReturnType<typeof usageOf>[]) =>
      allocatePool({ cost: costOf(900n), policy, usage, isKnownTeam: () => true }).charges.map((c) => [
        c.kind,
        c.effective,
        c.origin.policyVersion,
      ]);
    expect(charged([usageOf({ dimension: { pool: 'p' } })])).toEqual([
      ['unpriced', null, null],
      ['unattributed', 900n, null],
    ]);
    expect(charged([])).toEqual([['idle', 900n, 3]]);
  });
});
