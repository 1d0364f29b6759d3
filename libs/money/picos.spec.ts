import fc from 'fast-check';
import {
  decimalToScaled,
  divideHalfEven,
  formatMinor,
  formatPicos,
  PICOS_PER_UNIT,
  parsePicos,
  picosToMinor,
  scaledToDecimal,
} from './picos.js';

/** The range of numeric(38,12). */
const LIMIT = 10n ** 38n - 1n;
const amounts = fc.bigInt({ min: -LIMIT, max: LIMIT });
const magnitude = (n: bigint): bigint => (n < 0n ? -n : n);

describe('parsePicos and formatPicos', () => {
  it('read back what they wrote, to the last pico', () => {
    fc.assert(fc.property(amounts, (picos) => expect(parsePicos(formatPicos(picos))).toBe(picos)));
  });

  it('write no zero that says nothing', () => {
    fc.assert(
      fc.property(amounts, (picos) => {
        expect(formatPicos(picos)).toMatch(/^(0|-?(0\.\d*[1-9]|[1-9]\d*(\.\d*[1-9])?))$/);
      }),
    );
  });

  it.each([
    ['0', 0n],
    ['-0', 0n],
    ['0.000000000001', 1n],
    ['-0.5', -PICOS_PER_UNIT / 2n],
    ['55.04', 55_040_000_000_000n],
    ['007.10', 7_100_000_000_000n],
    ['20.191195677000000000000', 20_191_195_677_000n],
    ['99999999999999999999999999.999999999999', LIMIT],
  ])('reads %s', (text, picos) => expect(parsePicos(text)).toBe(picos));

  it.each([
    ['a thirteenth decimal', '0.0000000000001'],
    ['27 digits before the point', '100000000000000000000000000'],
    ['an exponent', '1e3'],
    ['a plus', '+1'],
    ['grouping', '1,000.00'],
    ['a comma', '1,5'],
    ['no integer part', '.5'],
    ['no fraction after the point', '1.'],
    ['blanks', ' 1'],
    ['a line break', '1\n'],
    ['hexadecimal', '0x10'],
    ['other digits', '١٢'],
    ['not a number', 'NaN'],
    ['infinity', 'Infinity'],
    ['two signs', '--1'],
    ['nothing', ''],
  ])('refuses %s', (_, text) => expect(parsePicos(text)).toBeUndefined());
});

describe('decimalToScaled and scaledToDecimal', () => {
  it('read back what they wrote at any scale', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n - 10n ** 26n, max: 10n ** 26n - 1n }), fc.nat(18), (scaled, decimals) => {
        expect(decimalToScaled(scaledToDecimal(scaled, decimals), decimals)).toBe(scaled);
      }),
    );
  });

  it('take whole numbers at scale 0', () => {
    expect(decimalToScaled('12', 0)).toBe(12n);
    expect(decimalToScaled('12.000', 0)).toBe(12n);
    expect(decimalToScaled('12.5', 0)).toBeUndefined();
    expect(scaledToDecimal(-12n, 0)).toBe('-12');
  });
});

describe('divideHalfEven', () => {
  const divisors = fc.bigInt({ min: 1n, max: 10n ** 20n });

  it('is off by at most half the divisor, and even where it is just half', () => {
    fc.assert(
      fc.property(amounts, divisors, (dividend, divisor) => {
        const quotient = divideHalfEven(dividend, divisor);
        const twice = magnitude(dividend - quotient * divisor) * 2n;
        expect(twice <= divisor).toBe(true);
        if (twice === divisor) expect(quotient % 2n).toBe(0n);
      }),
    );
  });

  it('treats both signs alike', () => {
    fc.assert(
      fc.property(amounts, divisors, (dividend, divisor) => {
        expect(divideHalfEven(-dividend, divisor)).toBe(-divideHalfEven(dividend, divisor));
      }),
    );
  });

  it.each([
    [5n, 2n, 2n],
    [7n, 2n, 4n],
    [-5n, 2n, -2n],
    [-7n, 2n, -4n],
    [25n, 10n, 2n],
    [26n, 10n, 3n],
  ])('%s / %s is %s', (dividend, divisor, quotient) => expect(divideHalfEven(dividend, divisor)).toBe(quotient));

  it('refuses a divisor that is not above zero', () => {
    expect(() => divideHalfEven(1n, 0n)).toThrow(RangeError);
    expect(() => divideHalfEven(1n, -2n)).toThrow(RangeError);
  });
});

describe('picosToMinor and formatMinor', () => {
  it('round half to even at the minor unit', () => {
    const cents = (text: string) => formatMinor(picosToMinor(parsePicos(text) ?? 0n, 'USD'), 'USD');
    expect(cents('20.191195677')).toBe('20.19');
    expect(cents('34.848804323')).toBe('34.85');
    expect(cents('0.005')).toBe('0.00');
    expect(cents('0.015')).toBe('0.02');
    expect(cents('-0.015')).toBe('-0.02');
    expect(cents('-0.005')).toBe('0.00');
    expect(cents('0.005000000001')).toBe('0.01');
  });

  it.each([
    ['JPY', '1234.5', '1234'],
    ['KWD', '1.2345', '1.234'],
    ['USD', '1234567890123456789012345.67', '1234567890123456789012345.67'],
  ])('know the minor unit of %s', (currency, amount, written) => {
    expect(formatMinor(picosToMinor(parsePicos(amount) ?? 0n, currency), currency)).toBe(written);
  });

  it('write what is a decimal again, equal to the amount rounded', () => {
    fc.assert(
      fc.property(amounts, fc.constantFrom('USD', 'JPY', 'KWD'), (picos, currency) => {
        const back = parsePicos(formatMinor(picosToMinor(picos, currency), currency));
        // Rounding may lead out of the column's range at its very end.
        if (back !== undefined) expect(picosToMinor(back, currency)).toBe(picosToMinor(picos, currency));
      }),
    );
  });
});
