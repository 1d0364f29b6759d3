import fc from 'fast-check';
import { joinAmount, splitAmount } from './split-amount.js';

const LARGEST = 9n * 10n ** 24n;

describe('an amount in two parts', () => {
  it('is what it was, up to a thousand times the largest limit', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -LARGEST, max: LARGEST }), (amount) => {
        const [billions, rest] = splitAmount(amount);
        expect(joinAmount([billions, rest])).toBe(amount);
        expect(Number.isSafeInteger(billions)).toBe(true);
        expect(rest >= 0 && rest < 1e9).toBe(true);
      }),
    );
  });

  it('can be added up in doubles', () => {
    const [billions, rest] = [splitAmount(-1n), splitAmount(3n * 10n ** 9n + 1n)].reduce(
      ([a, b], [c, d]) => [a + c, b + d],
      [0, 0],
    );
    expect(joinAmount([billions, rest])).toBe(3n * 10n ** 9n);
  });
});
