import { groupBy, picosPerMinor, picosToMinor, roundToSum } from '#money';
import type { InvoicedAmount } from './invoice.js';

/** Under which key the tax of all lines is summed. */
export const TAX = 'tax';

/**
 * What a month's invoice lines come to by whose they are, in whole minor units. An invoice is paid in these, so it is rounded as
 * one, half-even, and that is split over the months of its lines and then over whose they are, by `roundToSum`: what is given
 * here sums to the invoices, to the cent, however many parties share one and whatever fractions their lines have.
 */
export function invoicedBy(
  amounts: readonly InvoicedAmount[],
  period: string,
  currency: string,
  keyOf: (amount: InvoicedAmount) => string,
): ReadonlyMap<string, bigint> {
  const divisor = picosPerMinor(currency);
  const sums = new Map<string, bigint>();
  for (const invoice of groupBy(amounts, ({ invoiceId }) => invoiceId).values()) {
    const byMonth = sumBy(invoice, (one) => [[one.period, one.amount + one.tax]]);
    const total = [...byMonth.values()].reduce((sum, amount) => sum + amount, 0n);
    const ofMonth = spread(picosToMinor(total, currency), byMonth, divisor).get(period);
    if (ofMonth === undefined) continue;
    const own = invoice.filter((one) => one.period === period);
    const byKey = sumBy(own, (one) => [
      [keyOf(one), one.amount],
      [TAX, one.tax],
    ]);
    for (const [key, minor] of spread(ofMonth, byKey, divisor)) sums.set(key, (sums.get(key) ?? 0n) + minor);
  }
  return sums;
}

function spread(total: bigint, exact: ReadonlyMap<string, bigint>, divisor: bigint): Map<string, bigint> {
  const parts = [...exact].map(([key, amount]) => ({ key, amount }));
  const whole = roundToSum(total, parts, divisor);
  return new Map(parts.map(({ key }, i) => [key, whole[i] ?? 0n]));
}

function sumBy(
  amounts: readonly InvoicedAmount[],
  partsOf: (amount: InvoicedAmount) => readonly (readonly [string, bigint])[],
): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const [key, amount] of amounts.flatMap(partsOf)) sums.set(key, (sums.get(key) ?? 0n) + amount);
  return sums;
}
