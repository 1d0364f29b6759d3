import { minorUnitDigits } from './currency.js';

/**
 * An exact amount of money: a count of picos, 10^-12 of the currency's major unit. Stored as `numeric(38,12)`, sent as a
 * decimal string. Never a `number`.
 */
export type Picos = bigint;

const DECIMALS = 12;
export const PICOS_PER_UNIT = 10n ** BigInt(DECIMALS);

/** numeric(38,12) has 26 digits before the point; more could not be stored. */
const MAX_INTEGER_DIGITS = 26;

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

/**
 * Reads a plain decimal string (`-12.34`; no exponent, no grouping, no leading `+`) as an integer scaled by
 * 10^`decimals`. Returns undefined when it is not a decimal, has non-zero digits beyond `decimals`, or is too large for
 * `numeric(38,12)`: nothing is rounded in silence.
 */
export function decimalToScaled(text: string, decimals: number): bigint | undefined {
  const match = DECIMAL.exec(text);
  if (!match) return undefined;
  const [, sign, integer = '', fraction = ''] = match;
  const digits = integer.replace(/^0+(?=\d)/, '');
  if (digits.length > MAX_INTEGER_DIGITS) return undefined;
  const kept = fraction.slice(0, decimals).padEnd(decimals, '0');
  if (/[1-9]/.test(fraction.slice(decimals))) return undefined;
  const magnitude = BigInt(digits + kept);
  return sign === '-' ? -magnitude : magnitude;
}

/** Writes an integer scaled by 10^`decimals` as the shortest exact decimal string: `20.191195677`, `0`, `-0.5`. */
export function scaledToDecimal(scaled: bigint, decimals: number): string {
  const magnitude = scaled < 0n ? -scaled : scaled;
  const digits = magnitude.toString().padStart(decimals + 1, '0');
  const integer = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '');
  return `${scaled < 0n ? '-' : ''}${integer}${fraction === '' ? '' : `.${fraction}`}`;
}

/** Reads a decimal string with at most 12 decimals as picos; undefined when it is not exactly one. */
export function parsePicos(text: string): Picos | undefined {
  return decimalToScaled(text, DECIMALS);
}

/** The shortest exact decimal string of an amount. */
export function formatPicos(picos: Picos): string {
  return scaledToDecimal(picos, DECIMALS);
}

/** Integer division rounding half to even, the rounding that does not drift over many operands. `divisor` > 0. */
export function divideHalfEven(dividend: bigint, divisor: bigint): bigint {
  if (divisor <= 0n) throw new RangeError('divisor must be positive');
  let quotient = dividend / divisor;
  let remainder = dividend % divisor;
  if (remainder < 0n) {
    quotient -= 1n;
    remainder += divisor;
  }
  const twice = remainder * 2n;
  if (twice > divisor || (twice === divisor && (quotient & 1n) === 1n)) quotient += 1n;
  return quotient;
}

/** An amount without its sign. */
export function magnitude(amount: bigint): bigint {
  return amount < 0n ? -amount : amount;
}

/** How many picos the currency's minor unit is. */
export function picosPerMinor(currency: string): bigint {
  return 10n ** BigInt(DECIMALS - minorUnitDigits(currency));
}

/** Rounds an amount half-even to the currency's minor unit (cents for USD). The one rounding a statement makes. */
export function picosToMinor(picos: Picos, currency: string): bigint {
  return divideHalfEven(picos, picosPerMinor(currency));
}

/** Writes minor units with all the currency's decimals: `20.19` for 2019 USD cents, `2019` for JPY. */
export function formatMinor(minor: bigint, currency: string): string {
  const digits = minorUnitDigits(currency);
  if (digits === 0) return minor.toString();
  const magnitude = (minor < 0n ? -minor : minor).toString().padStart(digits + 1, '0');
  const cut = magnitude.length - digits;
  return `${minor < 0n ? '-' : ''}${magnitude.slice(0, cut)}.${magnitude.slice(cut)}`;
}
