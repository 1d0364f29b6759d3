import fc from 'fast-check';
import { INVOICE_ROWS_MAX } from '../service/import-invoices.js';
import { formatExactDecimal, PicoCarry, readExactDecimal } from './exact-decimal.js';

const read = (text: string) => {
  const amount = readExactDecimal(text);
  return typeof amount === 'string' ? amount : formatExactDecimal(amount);
};

describe('a number of a bill', () => {
  it.each([
    ['10.40', '10.4'],
    ['-0.15', '-0.15'],
    ['+3', '3'],
    ['.0004', '0.0004'],
    ['5.', '5'],
    ['1.5E-7', '0.00000015'],
    ['-2.50e+3', '-2500'],
    ['1e3', '1000'],
    ['0e0', '0'],
    ['-0.00', '0'],
    ['0.12345678901234567890', '0.1234567890123456789'],
  ])('%s is %s, exactly', (text, exact) => {
    expect(read(text)).toBe(exact);
  });

  it.each([
    ['1,234.56', /separators/],
    ["1'234", /separators/],
    ['12 345.00', /separators/],
    ['3,50', /decimal comma/],
    ['$3.50', /not a decimal/],
    ['(3.50)', /not a decimal/],
    ['NaN', /not a decimal/],
    ['12e', /not a decimal/],
    ['1e308', /more than 18 digits/],
    ['1e-999', /more than 60 decimals/],
    ['', /not a decimal/],
  ])('%s is none', (text, why) => {
    expect(read(text)).toMatch(why);
  });
});

describe('the largest number of a bill', () => {
  it('has a sum over as many rows as an import takes that fits its column', () => {
    const largest = readExactDecimal(`${'9'.repeat(18)}.${'9'.repeat(12)}`);
    expect(typeof largest).toBe('object');
    expect(readExactDecimal(`1${'0'.repeat(18)}`)).toMatch(/more than 18 digits/);
    const picos = new PicoCarry().next(largest as Exclude<typeof largest, string>);
    expect(picos * BigInt(INVOICE_ROWS_MAX)).toBeLessThan(10n ** 38n);
  });
});

describe('amounts that are finer than a pico', () => {
  it('are carried to the next, so that their picos are the exact sum rounded once, and none is off by more than one', () => {
    const amount = fc.record({ digits: fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), decimals: fc.nat(20) });
    fc.assert(
      fc.property(fc.array(amount, { maxLength: 30 }), (amounts) => {
        const carry = new PicoCarry();
        const scale = 10n ** 20n;
        let exact = 0n;
        let picos = 0n;
        for (const one of amounts) {
          const scaled = (one.digits * scale) / 10n ** BigInt(one.decimals);
          const part = carry.next(one);
          const off = part * 10n ** 8n - scaled;
          expect(off <= 10n ** 8n && off >= -(10n ** 8n)).toBe(true);
          exact += scaled;
          picos += part;
          // Nearest: to either side where it is just between two.
          const left = 2n * (picos * 10n ** 8n - exact);
          expect(left <= 10n ** 8n && left >= -(10n ** 8n)).toBe(true);
        }
        const { digits, decimals } = carry.left;
        expect(picos * 10n ** 8n + (digits * scale) / 10n ** BigInt(decimals)).toBe(exact);
        expect(carry.finer).toBe(amounts.filter((one) => one.decimals > 12).length);
      }),
    );
  });
});
