import { compare, isProduct, readDecimal } from './decimal.js';
import { isDateTime, isKeyValue, isNationalCurrency, isNumeric, isText, isUnit, isUtcDateTime } from './formats.js';
import type { Argument } from './model.js';
import type { State } from './state.js';
import type { Row } from './table.js';

type Args = Readonly<Record<string, Argument>>;
export type RowTest = (row: Row, args: Args) => State;

/** Decimals of amounts: a cost matches a product when it is the product rounded to these. */
const AMOUNT_DECIMALS = 12;

const verdict = (holds: boolean): State => (holds ? 'holds' : 'breaks');
const cell = (row: Row, args: Args, name: string): string | null => row[columnOf(args, name)] ?? null;

/** Null has no type and no format; that it may be null at all is another rule's matter. */
const formatted =
  (fits: (text: string) => boolean): RowTest =>
  (row, args) => {
    const value = cell(row, args, 'ColumnName');
    return value === null ? 'silent' : verdict(fits(value));
  };

/** What a check function says of a single row. */
export const ROW_TESTS: Readonly<Record<string, RowTest>> = {
  TypeString: formatted(() => true),
  TypeDecimal: formatted(isNumeric),
  TypeDateTime: formatted(isDateTime),
  FormatString: formatted(isText),
  FormatNumeric: formatted(isNumeric),
  FormatDateTime: formatted(isUtcDateTime),
  FormatUnit: formatted(isUnit),
  FormatCurrency: formatted(isNationalCurrency),
  FormatKeyValue: formatted(isKeyValue),
  CheckNationalCurrency: formatted(isNationalCurrency),
  CheckValue: (row, args) => verdict(isValue(row, args)),
  CheckNotValue: (row, args) => verdict(!isValue(row, args)),
  CheckSameValue: (row, args) => verdict(cell(row, args, 'ColumnAName') === cell(row, args, 'ColumnBName')),
  CheckNotSameValue: (row, args) => verdict(cell(row, args, 'ColumnAName') !== cell(row, args, 'ColumnBName')),
  CheckDecimalValue: (row, args) => verdict(isNumeric(cell(row, args, 'ColumnName') ?? '')),
  CheckGreaterOrEqualThanValue: (row, args) => {
    const [value, least] = [numberIn(row, args, 'ColumnName'), readDecimal(String(args.Value))];
    return value === undefined || least === undefined ? 'silent' : verdict(compare(value, least) >= 0);
  },
  ColumnByColumnEqualsColumnValue: (row, args) => {
    const [a, b] = [numberIn(row, args, 'ColumnAName'), numberIn(row, args, 'ColumnBName')];
    const result = numberIn(row, args, 'ResultColumnName');
    if (a === undefined || b === undefined) return 'silent';
    return verdict(result !== undefined && isProduct(a, b, result, AMOUNT_DECIMALS));
  },
};

export function columnOf(args: Args, name: string): string {
  const column = args[name];
  if (typeof column !== 'string') throw new Error(`a check without ${name}: ${JSON.stringify(args)}`);
  return column;
}

function isValue(row: Row, args: Args): boolean {
  const value = cell(row, args, 'ColumnName');
  const { Value: wanted = null } = args;
  if (typeof wanted !== 'number' || value === null) return value === wanted;
  const [is, should] = [readDecimal(value), readDecimal(String(wanted))];
  return is !== undefined && should !== undefined && compare(is, should) === 0;
}

function numberIn(row: Row, args: Args, name: string) {
  return readDecimal(cell(row, args, name) ?? '');
}
