import { isCurrency, minorUnitDigits } from './currency.js';

describe('currencies', () => {
  it.each(['USD', 'EUR', 'CHF', 'JPY', 'KWD'])('%s is one', (code) => expect(isCurrency(code)).toBe(true));
  it.each(['usd', 'US', 'DOLLAR', '', '$', 'ZZZ', '__proto__'])('%j is none', (code) =>
    expect(isCurrency(code)).toBe(false),
  );

  it('have the minor units of ISO 4217', () => {
    expect([minorUnitDigits('USD'), minorUnitDigits('JPY'), minorUnitDigits('KWD')]).toEqual([2, 0, 3]);
  });

  it('have no minor unit when unknown', () => expect(() => minorUnitDigits('ZZZ')).toThrow(RangeError));
});
