import fc from 'fast-check';
import { SAFE_SPLIT_LIMIT, SafeSplitter } from './safe-split.js';
import { splitByLargestRemainder } from './split.js';

const splitter = new SafeSplitter();

function expectSame(total: number, weights: readonly number[]): void {
  const sum = weights.reduce((a, b) => a + b, 0);
  const keys = weights.map((_, i) => ((i * 7919) % 1009).toString().padStart(5, '0'));
  const parts = splitter.split(total, Float64Array.from(weights), weights.length, sum, (a, b) =>
    (keys[a] ?? '') < (keys[b] ?? '') ? -1 : 1,
  );
  const shares = weights.map((weight, i) => ({ key: keys[i] ?? '', weight: BigInt(weight) }));
  expect([...parts.slice(0, weights.length)].map(BigInt)).toEqual(splitByLargestRemainder(BigInt(total), shares));
}

/** Integers of every size up to a limit, with the edges of powers of two among them. */
const upTo = (max: number) =>
  fc.oneof(
    fc.integer({ min: 0, max: Math.min(max, 100) }),
    fc.double({ min: 0, max: Math.log2(max), noNaN: true }).map((bits) => Math.min(max, Math.floor(2 ** bits))),
    fc
      .tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: -2, max: 2 }))
      .map(([bits, off]) => Math.max(0, Math.min(max, 2 ** bits + off))),
    fc.maxSafeInteger().map((n) => Math.abs(n) % (max + 1)),
  );

describe('SafeSplitter', () => {
  it('gives the parts of splitByLargestRemainder to the unit, for all it may be asked', () => {
    const limit = SAFE_SPLIT_LIMIT / 32;
    fc.assert(
      fc.property(upTo(SAFE_SPLIT_LIMIT), fc.array(upTo(limit), { minLength: 1, maxLength: 32 }), (total, weights) => {
        fc.pre(weights.some((weight) => weight > 0));
        expectSame(total, weights);
      }),
      { numRuns: 20_000 },
    );
  });

  it('is exact at its limits', () => {
    const max = SAFE_SPLIT_LIMIT;
    expectSame(max, [max]);
    expectSame(max, [max - 1, 1]);
    expectSame(max - 1, [1, max - 1]);
    expectSame(max - 1, [max / 2, max / 2 - 1, 1]);
    expectSame(max, [max / 3 - (max % 3) / 3, 1, 2].map(Math.floor));
    expectSame(1, [max / 2, max / 2]);
    expectSame(0, [5, 0, 7]);
  });

  it('gives odd units to ties in key order', () => {
    expectSame(100, [1, 1, 1]);
    expectSame(7, new Array<number>(32).fill(3));
    expectSame(1_000_003, new Array<number>(500).fill(9));
  });
});
