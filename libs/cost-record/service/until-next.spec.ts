import { recordOf } from '../../statement/domain/testing.js';
import { untilNext } from './until-next.js';

const rate = (from: number, more: Partial<ReturnType<typeof recordOf>> = {}) =>
  recordOf({ pricingModel: 'spot', validFrom: from, validTo: null, ...more });

describe('a history of rates', () => {
  it('lets each stand until the next of the same instances, and the last one stay open', () => {
    const history = [rate(30), rate(10), rate(20, { pool: 'other' }), rate(20), rate(25, { region: 'else' })];
    expect(untilNext(history).map(({ validFrom, validTo }) => [validFrom, validTo])).toEqual([
      [30, null],
      [10, 20],
      [20, null],
      [20, 30],
      [25, null],
    ]);
  });

  it('leaves an end that is given as it is', () => {
    expect(untilNext([rate(10, { validTo: 12 }), rate(20)])[0]?.validTo).toBe(12);
  });
});
