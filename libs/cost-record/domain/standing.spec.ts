import fc from 'fast-check';
import { Standing } from './standing.js';

const instant = fc.integer({ min: 0, max: 20 });
const stands = fc.record({ validFrom: instant, validTo: fc.option(instant) });

describe('Standing', () => {
  it('says of any things at any instants which of them stand, in their order', () => {
    fc.assert(
      fc.property(fc.array(stands, { maxLength: 12 }), fc.array(instant, { maxLength: 12 }), (items, instants) => {
        const standing = new Standing(items);
        for (const at of instants.sort((a, b) => a - b)) {
          const expected = items.filter(
            ({ validFrom, validTo }) => validFrom <= at && (validTo === null || validTo > at),
          );
          expect(standing.at(at)).toEqual(expected);
        }
      }),
    );
  });
});
