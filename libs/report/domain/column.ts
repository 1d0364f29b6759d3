import type { BillingPeriod, EpochMs } from '#calendar';
import { formatInstant } from '#calendar';
import { formatMinor, minorUnitDigits, scaledToDecimal } from '#money';
import type { StatementLine } from '#statement/domain';
import { textCell } from './csv.js';
import { remembering } from './remembering.js';

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

/** Writes a column's value as text that stands for exactly it; null: there is none. */
export function textWriter(column: Column, context: RowContext): (line: StatementLine) => string | null {
  switch (column.type) {
    case 'text':
      return (line) => column.of(line, context);
    case 'instant':
      return remembering((line: StatementLine) => column.of(line, context), formatInstant);
    case 'whole':
      return writerOf(column, context, (value) => value.toString());
    case 'decimal':
      return writerOf(column, context, (value) => scaledToDecimal(value, column.decimals));
    case 'minor':
      return writerOf(column, context, (value) => formatMinor(value, context.currency));
  }
}

/** Writes a column's value as a finished CSV cell. Text alone could be taken for a formula. */
export function cellWriter(column: Column, context: RowContext): (line: StatementLine) => string {
  const text = textWriter(column, context);
  return column.type === 'text' ? remembering(text, textCell) : (line) => text(line) ?? '';
}

/** The decimals that a column's numbers are scaled by. */
export function decimalsOf(column: Column, { currency }: RowContext): number {
  if (column.type === 'decimal') return column.decimals;
  return column.type === 'minor' ? minorUnitDigits(currency) : 0;
}

function writerOf(
  column: { readonly of: Of<bigint | null> },
  context: RowContext,
  text: (value: bigint) => string,
): (line: StatementLine) => string | null {
  return remembering(
    (line: StatementLine) => column.of(line, context),
    (value) => (value === null ? null : text(value)),
  );
}
