export * from './domain/index.js';
export {
  type Author,
  IMPORT_INVOICES,
  type ImportedInvoices,
  ImportInvoices,
  type InvoiceTable,
} from './service/import-invoices.js';
export { INVOICE_FORMATS, type InvoiceFormat, knownColumns, requiredColumns } from './service/invoice-columns.js';
export { INVOICE_READER, type InvoiceReader } from './service/invoice-reader.js';
export type { RecordedInvoice, StoredInvoice } from './service/invoice-store.js';
export { INVOICES, Invoices } from './service/invoices.js';
export { RECONCILIATION_RULES, ReconciliationRules, type Recorded } from './service/reconciliation-rules.js';
