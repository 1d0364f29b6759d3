import fc from 'fast-check';
import { splitByLargestRemainder } from './split.js';

const shares = fc
  .array(fc.record({ key: fc.string(), weight: fc.bigInt({ min: 0n, max: 10n ** 20n }) }), {
    minLength: 1,
    maxLength: 40,
  })
  .map((list) => list.map((share, i) => ({ ...share, key: `${share.key}#${i}` })));
const total = fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n });

const sum = (parts: readonly bigint[]): bigint => parts.reduce((a, b) => a + b, 0n);

describe('splitByLargestRemainder', () => {
  it('gives parts that sum to the total', () => {
    fc.assert(
      fc.property(total, shares, (t, s) => {
        const parts = splitByLargestRemainder(t, s);
        if (parts === undefined) expect(s.every(({ weight }) => weight === 0n)).toBe(true);
        else expect(sum(parts)).toBe(t);
      }),
    );
  });

  it('gives each share its exact part cut or raised by less than one unit', () => {
    fc.assert(
      fc.property(total, shares, (t, s) => {
        const parts = splitByLargestRemainder(t, s);
        const weights = sum(s.map(({ weight }) => weight));
        parts?.forEach((part, i) => {
          const error = part * weights - t * (s[i]?.weight ?? 0n);
          expect((error < 0n ? -error : error) < weights).toBe(true);
        });
      }),
    );
  });

  it('does not depend on the order of the shares', () => {
    fc.assert(
      fc.property(total, shares, fc.infiniteStream(fc.nat()), (t, s, stream) => {
        const shuffled = [...s].sort(() => ((stream.next().value as number) % 2 === 0 ? 1 : -1));
        const byKey = (list: typeof s) => {
          const parts = splitByLargestRemainder(t, list) ?? [];
          return new Map(list.map(({ key }, i) => [key, parts[i]]));
        };
        expect(byKey(shuffled)).toEqual(byKey(s));
      }),
    );
  });

  it('gives the odd unit to the largest remainder, and of equal ones to the smaller key', () => {
    expect(
      splitByLargestRemainder(100n, [
        { key: 'b', weight: 1n },
        { key: 'a', weight: 1n },
        { key: 'c', weight: 1n },
      ]),
    ).toEqual([33n, 34n, 33n]);
    expect(
      splitByLargestRemainder(-5n, [
        { key: 'a', weight: 1n },
        { key: 'b', weight: 2n },
      ]),
    ).toEqual([-2n, -3n]);
  });

  it('does not choose who pays when all weights are zero', () => {
    expect(splitByLargestRemainder(5n, [{ key: 'a', weight: 0n }])).toBeUndefined();
    expect(splitByLargestRemainder(5n, [])).toBeUndefined();
  });

  it('refuses a negative weight', () => {
    expect(() => splitByLargestRemainder(5n, [{ key: 'a', weight: -1n }])).toThrow(RangeError);
  });
});
