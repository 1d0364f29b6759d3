import type { InvoicedAmount, InvoiceVersion } from './invoice.js';
import type { InvoiceMatch } from './invoice-match.js';
import type { ReconciliationPolicy } from './reconciliation-policy.js';

/** All that a month's reconciliation needs of invoices. */
export interface InvoiceInputs {
  /** Of every invoice with a line in the month, all its months: an invoice is rounded as a whole. */
  readonly amounts: readonly InvoicedAmount[];
  readonly matches: readonly InvoiceMatch[];
  readonly policies: readonly ReconciliationPolicy[];
  /** The versions that the amounts are of, by id. */
  readonly versions: readonly InvoiceVersion[];
}

export const NO_INVOICES: InvoiceInputs = { amounts: [], matches: [], policies: [], versions: [] };
