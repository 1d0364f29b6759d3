import { billingMonthAt, type EpochMs, parseBillingPeriod, parseInstantIn } from '#calendar';
import type { Account } from '#directory/domain';
import type { ImportRow } from '#outcome';
import {
  type ExactDecimal,
  formatExactDecimal,
  INVOICE_KINDS,
  type InvoiceHeader,
  type InvoiceLine,
} from '../domain/index.js';
import type { InvoiceFormat } from './invoice-columns.js';
import { InvoiceRow, type RowContext } from './invoice-row.js';

/** What rows do not say themselves. */
export interface InvoiceDefaults {
  readonly provider: string | null;
  readonly invoiceNumber: string | null;
  readonly period: string | null;
  /** The invoice that all of it takes back from: it is a credit note. */
  readonly credits: string | null;
}

/** A row's line before its amounts are whole picos, and the invoice that it is of. */
export interface ReadRow {
  readonly header: InvoiceHeader;
  readonly line: Omit<InvoiceLine, 'lineNumber' | 'amount' | 'tax'>;
  readonly amount: ExactDecimal;
  readonly tax: ExactDecimal;
  readonly hasLocalTime: boolean;
}

export interface ReadContext extends RowContext {
  readonly account: Pick<Account, 'currency' | 'timeZone'>;
  readonly defaults: InvoiceDefaults;
}

const ZERO: ExactDecimal = { digits: 0n, decimals: 0 };

/** Half of what FOCUS calls a billing period, where only its begin is told. */
const HALF_MONTH_MS = 14 * 86_400_000;

/** The line a row says, undefined when something is wrong with it; what, is in the failures then. */
export function readInvoiceRow(row: ImportRow, context: ReadContext): ReadRow | undefined {
  const reader = new InvoiceRow(row, context);
  const header = readHeader(reader, context);
  const texts = readTexts(reader);
  const tags = reader.tags();
  const amounts = readAmounts(reader, context.format);
  const usage = readUsage(reader);
  if (!header || !texts || tags === undefined || !amounts || !usage) return undefined;
  if (header.kind === 'credit_note' && (amounts.amount.digits > 0n || amounts.tax.digits > 0n))
    return reader.refuse('amount', 'positive_credit', 'must not be above zero on a credit note');
  const { quantity, ...money } = amounts;
  const period = monthOf(usage, context.account.timeZone) ?? header.billingPeriod;
  return { header, line: { period, ...texts, tags, ...usage, quantity }, ...money, hasLocalTime: reader.hasLocalTime };
}

function readHeader(reader: InvoiceRow, context: ReadContext): InvoiceHeader | undefined {
  const { account, defaults } = context;
  const provider = required(reader, 'provider', reader.text('provider'), defaults.provider);
  const billingPeriod = readPeriod(reader, context);
  // Some exports name no invoice: the month's bill of a provider is then one.
  const invoiceNumber = reader.text('invoiceNumber') ?? defaults.invoiceNumber ?? billingPeriod;
  const kind = readKind(reader, defaults.credits === null ? 'invoice' : 'credit_note');
  const named = reader.text('credits');
  const credits = named === null ? defaults.credits : named;
  const issuedOn = readIssued(reader);
  const currency = readCurrency(reader, account.currency);
  if (provider === undefined || billingPeriod === undefined || invoiceNumber === undefined) return undefined;
  if (kind === undefined || credits === undefined || issuedOn === undefined || currency === undefined) return undefined;
  if ((kind === 'credit_note') !== (credits !== null))
    return reader.refuse(
      'credits',
      'bad_credits',
      'is the number of the invoice that a credit note, and nothing else, takes back from',
    );
  return { provider: provider.toLowerCase(), invoiceNumber, kind, billingPeriod, issuedOn, currency, credits };
}

function readKind(reader: InvoiceRow, otherwise: InvoiceHeader['kind']): InvoiceHeader['kind'] | undefined {
  const text = reader.text('kind');
  if (text === undefined) return undefined;
  const spelled = text?.toLowerCase().replaceAll(/[\s-]+/g, '_') ?? otherwise;
  const kind = INVOICE_KINDS.find((known) => known === spelled);
  return kind ?? reader.refuse('kind', 'bad_kind', `is none of ${INVOICE_KINDS.join(', ')}`);
}

/** The month that is billed: as it is written, or that of an interval of instants. */
function readPeriod(reader: InvoiceRow, { format, account, defaults }: ReadContext): string | undefined {
  if (format === 'csv') {
    const text = required(reader, 'period', reader.text('period'), defaults.period);
    if (text === undefined || parseBillingPeriod(text, account.timeZone)) return text;
    return reader.refuse('period', 'bad_period', `${JSON.stringify(text)} is not a month such as 2026-10`);
  }
  const [from, to] = [reader.instant('period'), reader.instant('periodEnd')];
  if (from === undefined || to === undefined) return undefined;
  if (from === null) return required(reader, 'period', null, defaults.period);
  return billingMonthAt(from + (to === null ? HALF_MONTH_MS : (to - from) / 2), account.timeZone);
}

function readIssued(reader: InvoiceRow): string | null | undefined {
  const text = reader.text('issued');
  if (typeof text !== 'string') return text;
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(text) && !('code' in parseInstantIn(text, 'UTC'));
  return isDate
    ? text
    : reader.refuse('issued', 'bad_date', `${JSON.stringify(text)} is not a date such as 2026-11-03`);
}

function readCurrency(reader: InvoiceRow, expected: string): string | undefined {
  const text = required(reader, 'currency', reader.text('currency'), null)?.toUpperCase();
  if (text === undefined || text === expected) return text;
  return reader.refuse(
    'currency',
    'other_currency',
    `${JSON.stringify(text)} is not the account's currency, ${expected}`,
  );
}

function readTexts(reader: InvoiceRow) {
  const [subAccount, sku, description, resource] = [
    reader.text('subAccount'),
    reader.text('sku'),
    reader.text('description'),
    reader.text('resource'),
  ];
  const [pool, model, region, category, unit] = [
    reader.text('pool'),
    reader.text('model'),
    reader.text('region'),
    reader.text('category'),
    reader.text('unit'),
  ];
  if (subAccount === undefined || sku === undefined || description === undefined || resource === undefined)
    return undefined;
  if (pool === undefined || model === undefined || region === undefined) return undefined;
  if (category === undefined || unit === undefined) return undefined;
  return { subAccount, sku, description, resource, pool, model, region, category, unit };
}

/** FOCUS has tax in rows of its own. */
function readAmounts(reader: InvoiceRow, format: InvoiceFormat) {
  const amount = required(reader, 'amount', reader.amount('amount'), null);
  const tax = reader.amount('tax');
  const quantity = reader.amount('quantity');
  if (amount === undefined || tax === undefined || quantity === undefined) return undefined;
  const isTax = format !== 'csv' && reader.text('category')?.toLowerCase() === 'tax';
  return {
    amount: isTax ? ZERO : amount,
    tax: isTax ? amount : (tax ?? ZERO),
    quantity: quantity && formatExactDecimal(quantity),
  };
}

function readUsage(reader: InvoiceRow) {
  const [usageFrom, usageTo] = [reader.instant('usageFrom'), reader.instant('usageTo')];
  if (usageFrom === undefined || usageTo === undefined) return undefined;
  if (usageTo === null) return { usageFrom, usageTo };
  if (usageFrom === null) return reader.refuse('usageFrom', 'missing_value', 'must not be empty where an end is given');
  if (usageTo === usageFrom) return { usageFrom, usageTo: null };
  if (usageTo < usageFrom)
    return reader.refuse('usageTo', 'bad_interval', 'must be after the begin; the end is exclusive');
  return { usageFrom, usageTo };
}

/**
 * The month that a line is reconciled in: that of the middle of its usage period, so that a month by UTC is the same month
 * of an account in another zone, while a bill by the hour follows the account's own midnight.
 */
function monthOf({ usageFrom, usageTo }: { usageFrom: EpochMs | null; usageTo: EpochMs | null }, timeZone: string) {
  if (usageFrom === null) return undefined;
  return billingMonthAt(usageTo === null ? usageFrom : usageFrom + (usageTo - usageFrom) / 2, timeZone);
}

function required<T>(
  reader: InvoiceRow,
  field: Parameters<InvoiceRow['refuse']>[0],
  value: T | null | undefined,
  otherwise: T | null,
): T | undefined {
  if (value === undefined) return undefined;
  return value ?? otherwise ?? reader.refuse(field, 'missing_value', 'must not be empty');
}
