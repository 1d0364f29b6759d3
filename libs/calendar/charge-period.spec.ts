import fc from 'fast-check';
import { CHARGE_PERIOD_MS, chargePeriodStart, isChargePeriodEdge } from './charge-period.js';

const instants = fc.integer({ min: Date.UTC(1900, 0), max: Date.UTC(2200, 0) });

describe('charge periods', () => {
  it('hold each instant in exactly one, start inclusive and end exclusive', () => {
    fc.assert(
      fc.property(instants, (at) => {
        const start = chargePeriodStart(at);
        expect(isChargePeriodEdge(start)).toBe(true);
        expect(start <= at && at < start + CHARGE_PERIOD_MS).toBe(true);
      }),
    );
  });

  it('begin at their own start', () => {
    fc.assert(
      fc.property(instants, (at) => expect(chargePeriodStart(chargePeriodStart(at))).toBe(chargePeriodStart(at))),
    );
  });

  it('have no edge between their edges', () => {
    expect(isChargePeriodEdge(Date.UTC(2026, 10, 1, 12, 15))).toBe(true);
    expect(isChargePeriodEdge(Date.UTC(2026, 10, 1, 12, 15) + 1)).toBe(false);
    expect(isChargePeriodEdge(Date.UTC(1969, 11, 31, 23, 45))).toBe(true);
  });
});
