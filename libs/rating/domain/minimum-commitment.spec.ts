import fc from 'fast-check';
import { shortfallOf, splitTrueUp } from './minimum-commitment.js';

const picos = fc.bigInt({ min: 0n, max: 10n ** 15n });

it('is what is missing to the minimum, and never less than nothing', () => {
  expect([shortfallOf(1_000n, 400n), shortfallOf(1_000n, 1_000n), shortfallOf(1_000n, 1_001n)]).toEqual([600n, 0n, 0n]);
});

it('is split by what each spent, to the pico', () => {
  // 100 - 30 = 70 over 20 and 10: 46.67 and 23.33.
  const spenders = [
    { key: 'a', weight: 20n },
    { key: 'b', weight: 10n },
  ];
  expect(splitTrueUp(100n, spenders)).toEqual([47n, 23n]);
  expect(splitTrueUp(100n, [{ key: 'a', weight: 0n }])).toBeUndefined();
});

it('brings all who spent to the minimum together, or to what they spent', () => {
  fc.assert(
    fc.property(picos, fc.array(picos, { minLength: 1, maxLength: 6 }), (minimum, weights) => {
      const spent = weights.reduce((sum, weight) => sum + weight, 0n);
      const parts = splitTrueUp(
        minimum,
        weights.map((weight, i) => ({ key: i.toString(), weight })),
      );
      if (spent === 0n) return expect(parts).toBeUndefined();
      const owed = (parts ?? []).reduce((sum, part) => sum + part, spent);
      return expect(owed).toBe(spent > minimum ? spent : minimum);
    }),
  );
});
