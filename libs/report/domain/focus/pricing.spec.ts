import fc from 'fast-check';
import { decimalToScaled, divideHalfEven } from '#money';
import { CHARGE_UNITS } from '#rating/domain';
import type { PricedLine } from './priced-line.js';
import { pricingOf, unitPriceOf } from './pricing.js';
import { pricedLines } from './testing.js';

const DECIMALS = 40;
const amount = fc.bigInt({ min: 0n, max: 10n ** 24n });
const [example] = pricedLines();
const lineOf = (over: Partial<PricedLine>): PricedLine => {
  if (!example) throw new Error('the example has lines');
  return { ...example, ...over };
};

describe('unitPriceOf', () => {
  it('multiplied with the quantity is the cost, at every pico', () => {
    fc.assert(
      fc.property(amount, amount, fc.constantFrom(...CHARGE_UNITS), (effective, quantity, unit) => {
        const pricing = pricingOf(lineOf({ effective, quantity, unit, list: null }));
        const price = decimalToScaled(unitPriceOf(effective, pricing), DECIMALS) ?? -1n;
        const product = price * pricing.scaled;
        expect(divideHalfEven(product, 10n ** BigInt(DECIMALS + pricing.decimals - 12))).toBe(effective);
      }),
    );
  });

  it('is short where the quotient ends', () => {
    const pricing = pricingOf(lineOf({ unit: 'tokens', quantity: 1_234n }));
    expect(unitPriceOf(1_234n * 2_500_000n, pricing)).toBe('2.5');
  });

  it('prices a cost without a quantity as one unit, and nothing as nothing', () => {
    const cost = pricingOf(lineOf({ unit: 'instance_seconds', quantity: 0n, effective: 0n, list: 3n }));
    expect([cost, unitPriceOf(3n, cost)]).toEqual([{ unit: 'Units', scaled: 1n, decimals: 0 }, '0.000000000003']);
    const credit = pricingOf(lineOf({ unit: 'requests', quantity: 0n, effective: -5n, list: -7n }));
    expect([credit.scaled, unitPriceOf(-5n, credit)]).toEqual([-1n, '0.000000000005']);
    const none = pricingOf(lineOf({ unit: 'tokens', quantity: 0n, effective: 0n, list: 0n }));
    expect([none.unit, unitPriceOf(0n, none)]).toEqual(['1000000 Tokens', '0']);
  });
});
