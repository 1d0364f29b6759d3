import fc from 'fast-check';
import { picosToMinor } from '#money';
import type { InvoicedAmount } from './invoice.js';
import { invoicedBy, TAX } from './round-invoices.js';
import { amountOf } from './testing.js';

const MONTHS = ['2023-10', '2023-11', '2023-12'];
const picos = fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n });
const amounts: fc.Arbitrary<InvoicedAmount[]> = fc.array(
  fc
    .record({
      invoiceId: fc.constantFrom('1', '2', '3'),
      period: fc.constantFrom(...MONTHS),
      pool: fc.constantFrom('a', 'b', 'c'),
      amount: picos,
      tax: fc.oneof(fc.constant(0n), picos),
    })
    .map((over) => amountOf(over)),
  { maxLength: 25 },
);
const keyOf = ({ pool }: InvoicedAmount) => pool ?? '';
const sumOf = (values: Iterable<bigint>) => [...values].reduce((sum, value) => sum + value, 0n);

describe('invoices in whole cents', () => {
  it('are one invoice rounded, split so that parties and months sum to it', () => {
    fc.assert(
      fc.property(amounts, (lines) => {
        const whole = sumOf(
          ['1', '2', '3'].map((id) => {
            const own = lines.filter(({ invoiceId }) => invoiceId === id);
            return picosToMinor(sumOf(own.map(({ amount, tax }) => amount + tax)), 'USD');
          }),
        );
        const months = MONTHS.map((month) => invoicedBy(lines, month, 'USD', keyOf));
        expect(sumOf(months.flatMap((parts) => [...parts.values()]))).toBe(whole);
      }),
    );
  });

  it('move nobody by a cent or more for each invoice, whatever the order of lines', () => {
    fc.assert(
      fc.property(amounts, (lines) => {
        const parts = invoicedBy(lines, '2023-11', 'USD', keyOf);
        expect(new Map([...invoicedBy([...lines].reverse(), '2023-11', 'USD', keyOf)].sort())).toEqual(
          new Map([...parts].sort()),
        );
        const own = lines.filter(({ period }) => period === '2023-11');
        for (const [key, minor] of parts) {
          const exact = sumOf(own.map((line) => (key === TAX ? line.tax : keyOf(line) === key ? line.amount : 0n)));
          const off = minor * 10n ** 10n - exact;
          expect(off < 3n * 10n ** 10n && off > -3n * 10n ** 10n).toBe(true);
        }
      }),
    );
  });
});
