import { z } from 'zod';
import { isTimeZone, parseBillingPeriod } from '#calendar';
import { DIFFERENCE_POLICIES, INVOICE_KINDS } from '#invoice/domain';
import { decimalOut, scaledDecimal } from './decimal.js';
import { instantOut } from './instant.js';
import { nameText, pageOf, pageQuery } from './page.js';

const NAME_MAX = 255;
const PATTERN_MAX = 1024;
const REASON_MAX = 1000;
const PICO_DECIMALS = 12;

const month = z
  .string()
  .refine((text) => parseBillingPeriod(text, 'UTC') !== undefined, 'must be a month such as 2026-10')
  .meta({ examples: ['2026-10'] });

/** Spelled here as everywhere on the wire; `focus_effective` reads what is amortised instead of what is invoiced. */
export const invoiceFormat = z.enum(['csv', 'focus', 'focus_effective']);
export type InvoiceFormatWire = z.output<typeof invoiceFormat>;

export const importInvoicesQuery = z.strictObject({
  format: invoiceFormat
    .default('csv')
    .describe('`focus`: FOCUS 1.0 to 1.3 by BilledCost; `focus_effective`: by EffectiveCost'),
  provider: nameText(NAME_MAX).optional().describe('Of rows that name none'),
  invoiceNumber: nameText(NAME_MAX).optional().describe('Of rows that name none; left out: their month'),
  period: month.optional().describe('Of rows that name none'),
  credits: nameText(NAME_MAX).optional().describe('The invoice that the file takes back from: it is a credit note'),
  timeZone: z
    .string()
    .max(64)
    .refine(isTimeZone, 'must be a time zone such as Europe/Zurich')
    .default('UTC')
    .describe('Of times without an offset'),
});
export type ImportInvoicesQuery = z.output<typeof importInvoicesQuery>;

const header = {
  invoiceId: z.string(),
  provider: z.string(),
  invoiceNumber: z.string(),
  version: z.int(),
  kind: z.enum(INVOICE_KINDS),
  billingPeriod: z.string(),
  issuedOn: z.string().nullable(),
  currency: z.string(),
  credits: z.string().nullable().describe('Of a credit note: the number of the invoice it takes back from'),
  lines: z.int(),
  amount: decimalOut.describe('Without tax'),
  tax: decimalOut,
};

export const importedInvoices = z.object({
  created: z.int(),
  corrected: z.int().describe('Known invoices that got a new version'),
  unchanged: z.int(),
  rows: z.int(),
  rowsWithoutZone: z.int().describe('Rows whose times have no offset and were taken in the time zone of the import'),
  ignoredColumns: z.array(z.string()),
  warnings: z.array(z.object({ pointer: z.string(), code: z.string(), detail: z.string() })),
  invoices: z.array(z.object({ ...header, outcome: z.enum(['created', 'corrected', 'unchanged']) })),
});
export type ImportedInvoicesWire = z.output<typeof importedInvoices>;

export const invoiceWire = z.object({
  ...header,
  withdrawn: z.boolean(),
  reason: z.string().nullable().describe('Why it was withdrawn'),
  fileSha256: z.string().nullable(),
  recordedAt: instantOut,
  recordedBy: z.string().nullable(),
});
export type InvoiceWire = z.output<typeof invoiceWire>;
export const invoicePage = pageOf(invoiceWire);
export const invoiceVersions = z.object({ data: z.array(invoiceWire) });
export type InvoiceVersions = z.output<typeof invoiceVersions>;

export const invoiceQuery = z.strictObject({
  ...pageQuery(2),
  provider: nameText(NAME_MAX).optional(),
  period: month.optional().describe('The month that invoices are for'),
});
export type InvoiceQuery = z.output<typeof invoiceQuery>;
export const invoicePath = z.object({ invoiceId: z.uuid('is not the id of an invoice') });
export type InvoicePath = z.output<typeof invoicePath>;
export const withdrawInvoiceBody = z.strictObject({ reason: nameText(REASON_MAX) });
export type WithdrawInvoiceBody = z.output<typeof withdrawInvoiceBody>;

const isLineNumber = ([text = '']: readonly string[]) => /^\d{1,9}$/.test(text);
export const invoiceLinesQuery = z.strictObject(pageQuery(1, isLineNumber));
export type InvoiceLinesQuery = z.output<typeof invoiceLinesQuery>;

const text = z.string().nullable();
export const invoiceLineWire = z.object({
  lineNumber: z.int(),
  period: z.string().describe('The month it is reconciled in'),
  subAccount: text,
  sku: text,
  description: text,
  resource: text,
  tags: z.record(z.string(), z.string()).nullable(),
  pool: text,
  model: text,
  region: text,
  category: text,
  usageFrom: instantOut.nullable(),
  usageTo: instantOut.nullable(),
  quantity: text,
  unit: text,
  amount: decimalOut,
  tax: decimalOut,
});
export type InvoiceLineWire = z.output<typeof invoiceLineWire>;
export const invoiceLinePage = pageOf(invoiceLineWire);

const pattern = nameText(PATTERN_MAX).nullable().default(null);
const fromPeriod = month
  .optional()
  .describe('Left out: from the beginning for the first version, from the current month for later ones');

export const invoiceMatchBody = z.strictObject({
  provider: nameText(NAME_MAX).transform((name) => name.toLowerCase()),
  subAccount: pattern.describe('`*` stands for anything'),
  sku: pattern,
  resource: pattern,
  tag: pattern.describe('`key=value`'),
  fromPeriod,
  target: z.discriminatedUnion('to', [
    z.strictObject({ to: z.literal('pool'), pool: nameText(NAME_MAX) }),
    z.strictObject({
      to: z.literal('provider'),
      provider: nameText(NAME_MAX),
      model: nameText(NAME_MAX).nullable().default(null),
    }),
    z.strictObject({ to: z.literal('platform') }),
    z.strictObject({ to: z.literal('none') }),
  ]),
});
export type InvoiceMatchBody = z.output<typeof invoiceMatchBody>;

const recorded = {
  version: z.int(),
  fromPeriod: z.string().nullable().describe('Null: from the beginning'),
  recordedAt: instantOut,
  recordedBy: z.string().nullable(),
};

export const invoiceMatchWire = z.object({
  provider: z.string(),
  subAccount: text,
  sku: text,
  resource: text,
  tag: text,
  target: z.discriminatedUnion('to', [
    z.object({ to: z.literal('pool'), pool: z.string() }),
    z.object({ to: z.literal('provider'), provider: z.string(), model: text }),
    z.object({ to: z.literal('platform') }),
    z.object({ to: z.literal('none') }),
  ]),
  ...recorded,
});
export type InvoiceMatchWire = z.output<typeof invoiceMatchWire>;
export const invoiceMatchPage = pageOf(invoiceMatchWire);

const isVersion = (key: readonly string[]) => /^\d{1,9}$/.test(key.at(-1) ?? '');
export const invoiceMatchQuery = z.strictObject(pageQuery(6, isVersion));
export type InvoiceMatchQuery = z.output<typeof invoiceMatchQuery>;

export const reconciliationPolicyBody = z
  .strictObject({
    pool: nameText(NAME_MAX).optional(),
    provider: nameText(NAME_MAX)
      .transform((name) => name.toLowerCase())
      .optional()
      .describe('As the price book calls it'),
    policy: z.enum(DIFFERENCE_POLICIES),
    sharedPool: nameText(NAME_MAX)
      .optional()
      .describe('For shared_pool: the pool of shared cost whose policy says who the difference goes to'),
    tolerance: scaledDecimal(PICO_DECIMALS).prefault('0').describe('A difference of no more than this is none'),
    tolerancePercent: scaledDecimal(2)
      .refine((basisPoints) => basisPoints <= 10_000n, 'must be at most 100')
      .prefault('0')
      .describe('Nor is one of no more than this of what was metered; at most two decimals'),
    fromPeriod,
  })
  .refine(
    ({ pool, provider }) => (pool === undefined) !== (provider === undefined),
    'must name either a pool or a provider',
  )
  .refine(({ policy, sharedPool }) => (policy === 'shared_pool') === (sharedPool !== undefined), {
    path: ['sharedPool'],
    error: 'goes with the policy shared_pool, and with no other',
  });
export type ReconciliationPolicyBody = z.output<typeof reconciliationPolicyBody>;

export const reconciliationPolicyWire = z.object({
  pool: text,
  provider: text,
  policy: z.enum(DIFFERENCE_POLICIES),
  sharedPool: text,
  tolerance: decimalOut,
  tolerancePercent: decimalOut,
  ...recorded,
});
export type ReconciliationPolicyWire = z.output<typeof reconciliationPolicyWire>;
export const reconciliationPolicyPage = pageOf(reconciliationPolicyWire);
export const reconciliationPolicyQuery = z.strictObject(pageQuery(2, isVersion));
export type ReconciliationPolicyQuery = z.output<typeof reconciliationPolicyQuery>;
