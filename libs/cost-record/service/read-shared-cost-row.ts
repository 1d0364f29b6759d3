import { type ImportRow, type RowFailures, RowReader } from '#outcome';
import type { SharedCostDraft } from './shared-cost-store.js';

/** The columns of a shared cost, as the CSV header spells them. */
export const SHARED_COST_COLUMNS = {
  required: ['pool', 'description', 'amount', 'currency', 'from', 'to'],
  optional: ['vendor', 'list_amount'],
} as const;

const AMOUNT_DECIMALS = 12;

/** The cost a row says, undefined when something is wrong with it; what, is in `failures` then. */
export function readSharedCostRow(
  row: ImportRow,
  currency: string,
  failures: RowFailures,
): SharedCostDraft | undefined {
  const reader = new RowReader(row, failures, 'cost_record');
  const pool = reader.text('pool');
  const description = reader.text('description');
  const vendor = reader.optionalText('vendor');
  const amount = reader.signedDecimal('amount', AMOUNT_DECIMALS);
  const listAmount = reader.optionalSignedDecimal('list_amount', AMOUNT_DECIMALS);
  const readCurrency = reader.currency('currency', currency);
  const validFrom = reader.instant('from');
  const validTo = reader.instant('to');
  if (validFrom !== undefined && validTo !== undefined && validTo <= validFrom)
    return reader.refuse('to', 'bad_interval', 'must be after from; the end is exclusive');
  if (pool === undefined || description === undefined || vendor === undefined) return undefined;
  if (amount === undefined || listAmount === undefined || readCurrency === undefined) return undefined;
  if (validFrom === undefined || validTo === undefined) return undefined;
  return { pool, description, vendor, amount, listAmount, currency: readCurrency, validFrom, validTo };
}
