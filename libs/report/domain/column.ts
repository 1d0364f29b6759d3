import type { BillingPeriod, EpochMs } from '#calendar';
import { formatInstant } from '#calendar';
import { formatMinor, minorUnitDigits, scaledToDecimal } from '#money';
import type { StatementLine } from '#statement/domain';
import { textCell } from './csv.js';

/** What every row of a file shares. */
export interface RowContext {
  readonly period: BillingPeriod;
  readonly currency: string;
}

type Of<T> = (line: StatementLine, context: RowContext) => T;

/** A column of lines: what it holds says how each format writes it. */
export type Column = { readonly name: string } & (
  | { readonly type: 'text'; readonly of: Of<string | null> }
  | { readonly type: 'instant'; readonly of: Of<EpochMs> }
  | { readonly type: 'whole'; readonly of: Of<bigint | null> }
  /** Whole numbers of 10^-`decimals`. */
  | { readonly type: 'decimal'; readonly decimals: number; readonly of: Of<bigint | null> }
  /** Minor units of the context's currency, written with all its decimals. */
  | { readonly type: 'minor'; readonly of: Of<bigint | null> }
);

/** The value as text that stands for exactly it; null: there is none. */
export function valueText(column: Column, line: StatementLine, context: RowContext): string | null {
  switch (column.type) {
    case 'text':
      return column.of(line, context);
    case 'instant':
      return formatInstant(column.of(line, context));
    case 'whole':
      return textOf(column.of(line, context), (value) => value.toString());
    case 'decimal':
      return textOf(column.of(line, context), (value) => scaledToDecimal(value, column.decimals));
    case 'minor':
      return textOf(column.of(line, context), (value) => formatMinor(value, context.currency));
  }
}

/** The value as a finished CSV cell. Text alone could be taken for a formula. */
export function csvCell(column: Column, line: StatementLine, context: RowContext): string {
  const text = valueText(column, line, context);
  return column.type === 'text' ? textCell(text) : (text ?? '');
}

/** The decimals that a column's numbers are scaled by. */
export function decimalsOf(column: Column, { currency }: RowContext): number {
  if (column.type === 'decimal') return column.decimals;
  return column.type === 'minor' ? minorUnitDigits(currency) : 0;
}

function textOf(value: bigint | null, text: (value: bigint) => string): string | null {
  return value === null ? null : text(value);
}
