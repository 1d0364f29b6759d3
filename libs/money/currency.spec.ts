import { isCurrency, minorUnitDigits } from './currency.js';

describe('currencies', () => {
  it.each(['USD', 'EUR', 'CHF', 'JPY', 'KWD'])('%s is one', (code) => expect(isCurrency(code)).toBe(true));
  it.each(['usd', 'US', 'DOLLAR', '', '$', 'ZZZ', 'XAU', 'XXX', '__proto__'])('%j is none', (code) =>
    expect(isCurrency(code)).toBe(false),
  );

  it('have the minor units of ISO 4217', () => {
    const digits = (codes: string) => codes.split(' ').map(minorUnitDigits);
    expect(digits('USD EUR JPY KWD CLF')).toEqual([2, 2, 0, 3, 4]);
    // Where custom, and with it the runtime's table, differs from the standard.
    expect(digits('HUF IDR PKR COP LBP IQD')).toEqual([2, 2, 2, 2, 2, 3]);
  });

  it('have no minor unit when unknown', () => expect(() => minorUnitDigits('ZZZ')).toThrow(RangeError));
});
