import fc from 'fast-check';
import { byteRangeOf } from './byte-range.js';

describe('byteRangeOf', () => {
  it.each([
    ['bytes=0-', { from: 0, to: 100 }],
    ['bytes=10-19', { from: 10, to: 20 }],
    ['bytes=99-99', { from: 99, to: 100 }],
    ['bytes=90-1000000000000', { from: 90, to: 100 }],
    ['bytes=-30', { from: 70, to: 100 }],
    ['bytes=-300', { from: 0, to: 100 }],
    ['bytes=100-', 'unsatisfiable'],
    ['bytes=100-200', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    [undefined, undefined],
    ['bytes=5-4', undefined],
    ['bytes=0-1,5-6', undefined],
    ['bytes=-', undefined],
    ['bytes=a-b', undefined],
    ['lines=0-1', undefined],
  ])('takes %s of 100 bytes as it is meant', (header, range) => {
    expect(byteRangeOf(header, 100)).toEqual(range);
  });

  it('never leaves the file and is never empty', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 1_000 }), (first, last, bytes) => {
        for (const header of [`bytes=${first}-${last}`, `bytes=${first}-`, `bytes=-${last}`]) {
          const range = byteRangeOf(header, bytes);
          if (range === undefined || range === 'unsatisfiable') continue;
          expect(range.from).toBeGreaterThanOrEqual(0);
          expect(range.to).toBeGreaterThan(range.from);
          expect(range.to).toBeLessThanOrEqual(bytes);
        }
      }),
    );
  });
});
