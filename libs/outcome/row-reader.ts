import { type EpochMs, parseExactInstant } from '#calendar';
import { decimalToScaled, isCurrency } from '#money';
import type { ImportRow, RowFailures } from './import-rows.js';

const TEXT_MAX = 255;
/** Amounts and counts stay below what their columns hold. */
const INTEGER_DIGITS_MAX = 12;

/**
 * Reads the columns of one row. What is wrong goes to the failures and reads as undefined; of an optional column, null
 * means that it is empty.
 */
export class RowReader {
  constructor(
    private readonly row: ImportRow,
    private readonly failures: RowFailures,
    /** The stage that the codes begin with. */
    private readonly stage: string,
  ) {}

  text(column: string): string | undefined {
    return this.required(column, () => this.optionalText(column));
  }

  optionalText(column: string): string | null | undefined {
    const text = this.row.values[column];
    if (text === undefined) return null;
    if (/[\p{Cc}\p{Cs}]/u.test(text)) return this.refuse(column, 'bad_text', 'has control characters');
    if (text.length > TEXT_MAX) return this.refuse(column, 'bad_text', `is longer than ${TEXT_MAX} characters`);
    return text;
  }

  /** At least zero, scaled by 10^`decimals`. */
  decimal(column: string, decimals: number): bigint | undefined {
    return this.required(column, () => this.optionalDecimal(column, decimals));
  }

  optionalDecimal(column: string, decimals: number): bigint | null | undefined {
    const scaled = this.optionalSignedDecimal(column, decimals);
    const isNegative = typeof scaled === 'bigint' && scaled < 0n;
    return isNegative ? this.refuse(column, 'bad_decimal', 'must not be below zero') : scaled;
  }

  /** Of either sign, scaled by 10^`decimals`. */
  signedDecimal(column: string, decimals: number): bigint | undefined {
    return this.required(column, () => this.optionalSignedDecimal(column, decimals));
  }

  optionalSignedDecimal(column: string, decimals: number): bigint | null | undefined {
    const text = this.row.values[column];
    if (text === undefined) return null;
    const finest = decimalToScaled(text, Math.max(decimals, text.length));
    if (finest === undefined)
      return this.refuse(column, 'bad_decimal', `${quote(text)} is not a plain decimal such as 55.04`);
    if ((finest < 0n ? -finest : finest) >= 10n ** BigInt(INTEGER_DIGITS_MAX + Math.max(decimals, text.length)))
      return this.refuse(column, 'bad_decimal', `has more than ${INTEGER_DIGITS_MAX} digits before the point`);
    return (
      decimalToScaled(text, decimals) ??
      this.refuse(column, 'bad_decimal', `${quote(text)} has more than ${decimals} decimals; round it yourself`)
    );
  }

  instant(column: string): EpochMs | undefined {
    return this.required(column, () => this.optionalInstant(column));
  }

  optionalInstant(column: string): EpochMs | null | undefined {
    const text = this.row.values[column];
    if (text === undefined) return null;
    const parsed = parseExactInstant(text);
    if ('code' in parsed) return this.refuse(column, 'bad_instant', `${quote(text)} ${parsed.detail}`);
    if (parsed.micros !== 0) return this.refuse(column, 'bad_instant', `${quote(text)} is finer than a millisecond`);
    return parsed.ms;
  }

  /** Any currency of ISO 4217, in upper case. */
  anyCurrency(column: string): string | undefined {
    const text = this.text(column)?.toUpperCase();
    if (text === undefined || isCurrency(text)) return text;
    return this.refuse(column, 'unknown_currency', `${quote(text)} is no currency of ISO 4217`);
  }

  /** The account's currency, for nothing here converts. */
  currency(column: string, expected: string): string | undefined {
    const text = this.text(column)?.toUpperCase();
    if (text === undefined || text === expected) return text;
    return this.refuse(column, 'other_currency', `${quote(text)} is not the account's currency, ${expected}`);
  }

  /** Records what is wrong with a column. */
  refuse(column: string, code: string, detail: string): undefined {
    this.failures.add(this.row, column, `${this.stage}.${code}`, detail);
    return undefined;
  }

  private required<T>(column: string, read: () => T | null | undefined): T | undefined {
    const value = read();
    return value === null ? this.refuse(column, 'missing_value', 'must not be empty') : value;
  }
}

function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
