import fc from 'fast-check';
import { SafeSums } from './safe-sums.js';

describe('SafeSums', () => {
  it('sums exactly past what a double holds', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(3), fc.integer({ min: 0, max: 2 ** 52 })), { maxLength: 200 }),
        (additions) => {
          const sums = new SafeSums();
          for (const [cell, value] of additions) sums.add(cell, value);
          for (const cell of [0, 1, 2, 3]) {
            const expected = additions
              .filter(([at]) => at === cell)
              .reduce((sum, [, value]) => sum + BigInt(value), 0n);
            expect(sums.total(cell)).toBe(expected);
          }
        },
      ),
    );
  });

  it('grows to any cell, and says zero of one never added to', () => {
    const sums = new SafeSums();
    sums.add(0, 5);
    sums.add(10_000, 2 ** 52);
    expect([sums.total(0), sums.total(10_000), sums.total(9_999), sums.total(1e6)]).toEqual([5n, 2n ** 52n, 0n, 0n]);
  });
});
