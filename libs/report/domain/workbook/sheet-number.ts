import { minorUnitDigits, scaledToDecimal } from '#money';
import type { SheetCell } from './workbook.js';

/** Digits that a spreadsheet's number keeps; of more the last ones would be others. */
const NUMBER_DIGITS = 15;

/** A number exactly as it is, as a number where that keeps every digit and as text where it would not. */
export function exactCell(scaled: bigint | null, decimals: number): SheetCell {
  if (scaled === null) return null;
  const text = scaledToDecimal(scaled, decimals);
  return text.replace(/\D/g, '').replace(/^0+/, '').length <= NUMBER_DIGITS ? Number(text) : text;
}

/** The nearest number, to reckon with; what it is exactly must stand beside it. */
export function nearestCell(scaled: bigint | null, decimals: number): SheetCell {
  return scaled === null ? null : Number(scaledToDecimal(scaled, decimals));
}

/** `#,##0.00` for currencies with cents. */
export function moneyFormat(currency: string): string {
  const digits = minorUnitDigits(currency);
  return digits === 0 ? '#,##0' : `#,##0.${'0'.repeat(digits)}`;
}
