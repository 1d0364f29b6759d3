import fc from 'fast-check';
import { spreadIdle } from './spread-idle.js';

describe('spreadIdle', () => {
  const idle = { effective: 100n, list: 200n, instanceNanos: 10n };

  it('splits idle cost by what the use of the pool cost', () => {
    expect(
      spreadIdle(idle, [
        { key: 'a', used: 1n },
        { key: 'b', used: 3n },
      ]),
    ).toEqual([
      { effective: 25n, list: 50n, instanceNanos: 3n },
      { effective: 75n, list: 150n, instanceNanos: 7n },
    ]);
  });

  it('leaves it to the caller when nobody used the pool', () => {
    expect(spreadIdle(idle, [])).toBeUndefined();
    expect(spreadIdle(idle, [{ key: 'a', used: 0n }])).toBeUndefined();
  });

  it('keeps an unknown list price unknown', () => {
    expect(spreadIdle({ ...idle, list: null }, [{ key: 'a', used: 1n }])?.[0]?.list).toBeNull();
  });

  it('conserves every amount', () => {
    const amount = fc.bigInt({ min: 0n, max: 10n ** 20n });
    const users = fc.array(fc.bigInt({ min: 1n, max: 10n ** 18n }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.record({ effective: amount, list: amount, instanceNanos: amount }), users, (whole, used) => {
        const parts = spreadIdle(
          whole,
          used.map((weight, i) => ({ key: i.toString(), used: weight })),
        );
        for (const field of ['effective', 'list', 'instanceNanos'] as const)
          expect(parts?.reduce((sum, part) => sum + (part[field] ?? 0n), 0n)).toBe(whole[field]);
      }),
    );
  });
});
