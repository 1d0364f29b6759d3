import fc from 'fast-check';
import type { UnitCount } from '#ingest/domain';
import { UnitSums } from './unit-sums.js';

const QUARTER_MICROS = 900_000_000;
const counts: fc.Arbitrary<UnitCount[]> = fc.array(
  fc.record({
    unit: fc.constantFrom('webSearches', 'audioSeconds', 'images'),
    quantity: fc.integer({ min: 1, max: 10 ** 15 }),
  }),
  { maxLength: 3 },
);
const event = fc.tuple(fc.integer({ min: 0, max: 3 * QUARTER_MICROS }), fc.integer({ min: 1, max: 2 }), counts);

describe('UnitSums', () => {
  it('sums exactly, in the order of the key, whatever the order of events', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), (events) => {
        const [sums, reversed] = [new UnitSums(), new UnitSums()];
        for (const one of events) sums.add(...one);
        for (const one of [...events].reverse()) reversed.add(...one);
        const found = sums.sums();
        expect(reversed.sums()).toEqual(found);
        for (const { chargePeriod, dimensionId, unit, quantity } of found) {
          const own = events
            .filter(([at, id]) => Math.floor(at / QUARTER_MICROS) * 900_000 === chargePeriod && id === dimensionId)
            .flatMap(([, , all]) => all.filter((count) => count.unit === unit));
          expect(quantity).toBe(own.reduce((sum, count) => sum + BigInt(count.quantity), 0n));
        }
        const keys = found.map(({ chargePeriod, dimensionId, unit }) => [chargePeriod / 900_000, dimensionId, unit]);
        expect(keys.map(String)).toEqual([...keys.map(String)].sort());
      }),
    );
  });
});
