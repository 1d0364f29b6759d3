import fc from 'fast-check';
import { ChunkCutter } from './chunk-cutter.js';

describe('ChunkCutter', () => {
  it('gives every byte once and in order, in chunks of one size and a rest, however the file comes in', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), fc.integer({ min: 1, max: 16 }), (pieces, size) => {
        const cutter = new ChunkCutter(size);
        const full = pieces.flatMap((piece) => [...cutter.add(piece)]);
        const rest = cutter.take();
        expect(full.every(({ length }) => length === size)).toBe(true);
        expect(rest.length).toBeLessThan(size);
        expect(Buffer.concat([...full, rest])).toEqual(Buffer.concat(pieces));
      }),
    );
  });
});
