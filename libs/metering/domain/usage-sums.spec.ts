import fc from 'fast-check';
import type { UsageEvent } from '#ingest/domain';
import { usageEvent } from './testing.js';
import { UsageSums } from './usage-sums.js';

const count = fc.oneof(fc.nat(1000), fc.integer({ min: 999_999_999_000, max: 1_000_000_000_000 }));
const event = fc
  .record({
    occurredAt: fc.integer({ min: 0, max: 4 }).map((quarter) => Date.UTC(2026, 0, 1, 0, quarter * 7) * 1000),
    tokens: fc.array(count, { minLength: 6, maxLength: 6 }),
    inferenceMicros: fc.option(count),
  })
  .map(usageEvent);

describe('UsageSums', () => {
  it('sums as bigints do, in the order of the key', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(event, fc.integer({ min: 1, max: 3 })), { maxLength: 60 }), (list) => {
        const sums = new UsageSums();
        for (const [one, dimension] of list) sums.add(one, dimension);
        const result = sums.sums();
        const keys = result.map(({ chargePeriod, dimensionId }) => chargePeriod * 10 + dimensionId);
        expect(keys).toEqual([...new Set(keys)].sort((a, b) => a - b));
        for (const { chargePeriod, dimensionId, requests, measures, untimedRequests } of result) {
          const inside = list
            .filter(
              ([{ occurredAt }, dimension]) =>
                dimension === dimensionId && Math.floor(occurredAt / 9e8) * 9e5 === chargePeriod,
            )
            .map(([one]) => one);
          expect(requests).toBe(inside.length);
          expect(untimedRequests).toBe(inside.filter(({ inferenceMicros }) => inferenceMicros === null).length);
          expect(measures.map(BigInt)).toEqual(Array.from({ length: 9 }, (_, i) => sumOf(inside, i)));
        }
      }),
    );
  });

  it('adds parts without their request', () => {
    const sums = new UsageSums();
    const event = usageEvent({ tokens: [3, 0, 0, 0, 2, 0] });
    sums.add(event, 1);
    sums.addPart(event.occurredAt, 2, [7, 0, 0, 0, 0, 0]);
    sums.addPart(event.occurredAt, 2, [1, 0, 0, 0, 5, 0]);
    expect(sums.sums()).toMatchObject([
      { dimensionId: 1, requests: 1, untimedRequests: 1, measures: [3, 0, 0, 0, 2, 0, 0, 0, 0] },
      { dimensionId: 2, requests: 0, untimedRequests: 0, measures: [8, 0, 0, 0, 5, 0, 0, 0, 0] },
    ]);
  });

  it('stays exact beyond what a number holds', () => {
    const sums = new UsageSums();
    const huge = usageEvent({ tokens: [1e12, 1e12 - 1, 0, 0, 0, 0] });
    for (let i = 0; i < 20_001; i += 1) sums.add(huge, 1);
    expect(sums.sums()[0]?.measures.slice(0, 2)).toEqual([20_001n * 1_000_000_000_000n, 20_001n * 999_999_999_999n]);
  });
});

function sumOf(events: readonly UsageEvent[], place: number): bigint {
  const values = events.map(
    ({ tokens, inferenceMicros, prefillMicros, decodeMicros }) =>
      [...tokens, inferenceMicros, prefillMicros, decodeMicros][place],
  );
  return values.reduce<bigint>((sum, value) => sum + BigInt(value ?? 0), 0n);
}
