import fc from 'fast-check';
import { decimalToScaled, scaledToDecimal } from '#money';
import { exactCell } from './sheet-number.js';

describe('exactCell', () => {
  it('is a number only where that is the very one', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.nat(12), (scaled, decimals) => {
        const cell = exactCell(scaled, decimals);
        if (typeof cell !== 'number') return expect(cell).toBe(scaledToDecimal(scaled, decimals));
        // As a spreadsheet does: fifteen digits of the double, and no more.
        const shown = decimalToScaled(plain(cell.toPrecision(15)), 60);
        expect(shown).toBe(scaled * 10n ** BigInt(60 - decimals));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is text beyond fifteen digits', () => {
    expect(exactCell(999_999_999_999_999n, 2)).toBe(9_999_999_999_999.99);
    expect(exactCell(1_000_000_000_000_001n, 2)).toBe('10000000000000.01');
    expect(exactCell(null, 2)).toBeNull();
  });
});

/** `1.5e-7` written out. */
function plain(text: string): string {
  const [digits = '', exponent = '0'] = text.split('e');
  const [integer = '', fraction = ''] = digits.replace('-', '').split('.');
  const point = integer.length + Number(exponent);
  const all = integer + fraction;
  const padded = point <= 0 ? '0'.repeat(1 - point) + all : all.padEnd(point, '0');
  const at = point <= 0 ? 1 : point;
  const written = padded.length > at ? `${padded.slice(0, at)}.${padded.slice(at)}` : padded;
  return `${digits.startsWith('-') ? '-' : ''}${written}`;
}
