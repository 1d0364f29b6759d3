import fc from 'fast-check';
import { divideHalfEven } from './picos.js';
import { roundToSum, splitByLargestRemainder } from './split.js';

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

describe('roundToSum', () => {
  const groups = fc.array(
    fc.array(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), { minLength: 1, maxLength: 6 }),
    {
      minLength: 1,
      maxLength: 6,
    },
  );
  const divisor = 10n ** 10n;
  const sum = (amounts: readonly bigint[]) => amounts.reduce((total, amount) => total + amount, 0n);
  const keyed = (amounts: readonly bigint[]) => amounts.map((amount, i) => ({ key: i.toString(), amount }));

  it('adds up on every level, each part within a unit of its exact amount', () => {
    fc.assert(
      fc.property(groups, (teams) => {
        const total = divideHalfEven(sum(teams.map(sum)), divisor);
        const teamTotals = roundToSum(total, keyed(teams.map(sum)), divisor);
        expect(sum(teamTotals)).toBe(total);
        teams.forEach((lines, i) => {
          const parts = roundToSum(teamTotals[i] ?? 0n, keyed(lines), divisor);
          expect(sum(parts)).toBe(teamTotals[i]);
          parts.forEach((part, j) => {
            const off = part * divisor - (lines[j] ?? 0n);
            expect(off < divisor && off > -divisor).toBe(true);
          });
        });
      }),
    );
  });

  it('gives the odd unit to the largest fraction, and of equal ones to the smaller key', () => {
    const parts = [
      { key: 'b', amount: 25n },
      { key: 'a', amount: -5n },
      { key: 'c', amount: 25n },
    ];
    expect(roundToSum(4n, parts, 10n)).toEqual([2n, 0n, 2n]);
    expect(roundToSum(5n, parts, 10n)).toEqual([3n, 0n, 2n]);
  });

  it('refuses a total that is not theirs', () => {
    expect(() => roundToSum(9n, [{ key: 'a', amount: 5n }], 10n)).toThrow(RangeError);
  });
});
