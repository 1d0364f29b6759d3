import type { InvoiceInputs } from '../domain/index.js';

/** Loads what invoices say of a month, as of one moment. */
export interface InvoiceReader {
  load(accountId: number, period: string): Promise<InvoiceInputs>;
}

export const INVOICE_READER = Symbol('InvoiceReader');
