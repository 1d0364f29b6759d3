import { formatPicos, parsePicos } from '#money';
import type { InvoiceKind, InvoiceLine } from '../domain/index.js';
import type { RecordedInvoice } from '../service/invoice-store.js';

/** Columns of an invoice with one of its versions; `i` is the invoice, `v` the version. */
export const INVOICE_COLUMNS_SQL = `
  i.invoice_id, i.provider, i.invoice_number, v.version, v.kind, v.billing_period, v.issued_on::text as issued_on, v.currency,
  v.credits_number, v.withdrawn, v.reason, v.file_sha256, v.line_count, v.amount, v.tax, v.recorded_at, v.recorded_by`;

/** The invoice's current version as `v`. */
export const CURRENT_VERSION_SQL = `
  join lateral (
    select * from invoice_version v
    where v.account_id = i.account_id and v.invoice_id = i.invoice_id order by v.version desc limit 1
  ) v on true`;

export interface InvoiceVersionRow {
  readonly invoice_id: string;
  readonly provider: string;
  readonly invoice_number: string;
  readonly version: number;
  readonly kind: InvoiceKind;
  readonly billing_period: string;
  readonly issued_on: string | null;
  readonly currency: string;
  readonly credits_number: string | null;
  readonly withdrawn: boolean;
  readonly reason: string | null;
  readonly file_sha256: string | null;
  readonly line_count: number;
  readonly amount: string;
  readonly tax: string;
  readonly recorded_at: Date;
  readonly recorded_by: string | null;
}

export function invoiceFromRow(row: InvoiceVersionRow): RecordedInvoice {
  return {
    invoiceId: row.invoice_id,
    version: row.version,
    provider: row.provider,
    invoiceNumber: row.invoice_number,
    kind: row.kind,
    billingPeriod: row.billing_period,
    issuedOn: row.issued_on,
    currency: row.currency,
    credits: row.credits_number,
    withdrawn: row.withdrawn,
    reason: row.reason,
    fileSha256: row.file_sha256,
    lines: row.line_count,
    amount: exactPicos(row.amount),
    tax: exactPicos(row.tax),
    recordedAt: row.recorded_at.getTime(),
    recordedBy: row.recorded_by,
  };
}

/** A line as the driver gives it and as JSON takes it. */
export interface InvoiceLineRow {
  readonly line_number: number;
  readonly period: string;
  readonly sub_account: string | null;
  readonly sku: string | null;
  readonly description: string | null;
  readonly resource: string | null;
  readonly tags: Readonly<Record<string, string>> | null;
  readonly pool: string | null;
  readonly model: string | null;
  readonly region: string | null;
  readonly category: string | null;
  readonly usage_from: Date | null;
  readonly usage_to: Date | null;
  readonly quantity: string | null;
  readonly unit: string | null;
  readonly amount: string;
  readonly tax: string;
}

export const LINE_COLUMNS = [
  'line_number',
  'period',
  'sub_account',
  'sku',
  'description',
  'resource',
  'tags',
  'pool',
  'model',
  'region',
  'category',
  'usage_from',
  'usage_to',
  'quantity',
  'unit',
  'amount',
  'tax',
] as const satisfies readonly (keyof InvoiceLineRow)[];

export function lineToRow(line: InvoiceLine): InvoiceLineRow {
  return {
    line_number: line.lineNumber,
    period: line.period,
    sub_account: line.subAccount,
    sku: line.sku,
    description: line.description,
    resource: line.resource,
    tags: line.tags,
    pool: line.pool,
    model: line.model,
    region: line.region,
    category: line.category,
    usage_from: line.usageFrom === null ? null : new Date(line.usageFrom),
    usage_to: line.usageTo === null ? null : new Date(line.usageTo),
    quantity: line.quantity,
    unit: line.unit,
    amount: formatPicos(line.amount),
    tax: formatPicos(line.tax),
  };
}

export function lineFromRow(row: InvoiceLineRow): InvoiceLine {
  return {
    lineNumber: row.line_number,
    period: row.period,
    subAccount: row.sub_account,
    sku: row.sku,
    description: row.description,
    resource: row.resource,
    tags: row.tags,
    pool: row.pool,
    model: row.model,
    region: row.region,
    category: row.category,
    usageFrom: row.usage_from?.getTime() ?? null,
    usageTo: row.usage_to?.getTime() ?? null,
    quantity: row.quantity,
    unit: row.unit,
    amount: exactPicos(row.amount),
    tax: exactPicos(row.tax),
  };
}

export function exactPicos(text: string): bigint {
  const picos = parsePicos(text);
  if (picos === undefined) throw new RangeError(`${text} is no amount`);
  return picos;
}
