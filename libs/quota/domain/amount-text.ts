import { decimalToScaled, scaledToDecimal } from '#money';
import { isCost, type QuotaAmount, type QuotaMeasure } from './measure.js';

/** Costs are limited to the millionth of the currency. */
export const COST_DECIMALS = 6;
const PICOS_PER_MILLIONTH = 1_000_000n;
/** All stores count whole numbers below 2^53 exactly. */
const UNITS_MAX = 2n ** 53n - 1n;

/** A plain decimal as an amount, of either sign; undefined when it has more decimals than the measure or is none. */
export function parseQuotaAmount(measure: QuotaMeasure, text: string): QuotaAmount | undefined {
  const units = decimalToScaled(text, isCost(measure) ? COST_DECIMALS : 0);
  if (units === undefined || units > UNITS_MAX || units < -UNITS_MAX) return undefined;
  return isCost(measure) ? units * PICOS_PER_MILLIONTH : units;
}

/** The amount as a plain decimal, `12.5`. */
export function formatQuotaAmount(measure: QuotaMeasure, amount: QuotaAmount): string {
  return isCost(measure) ? scaledToDecimal(amount, 12) : amount.toString();
}

/** Whether it can be a limit: not negative, and of a cost whole millionths. */
export function isLimit(measure: QuotaMeasure, amount: QuotaAmount): boolean {
  const unit = isCost(measure) ? PICOS_PER_MILLIONTH : 1n;
  return amount >= 0n && amount % unit === 0n && amount / unit <= UNITS_MAX;
}

/** What an amount of the measure looks like, for people. */
export function amountShape(measure: QuotaMeasure): string {
  return isCost(measure)
    ? `a plain decimal with at most ${COST_DECIMALS} decimals, below 9007199254.740992`
    : 'a whole number below 2^53';
}
