export { type ExactDecimal, formatExactDecimal, PicoCarry, readExactDecimal } from './exact-decimal.js';
export {
  INVOICE_KINDS,
  type InvoicedAmount,
  type InvoiceHeader,
  type InvoiceKind,
  type InvoiceLine,
  type InvoiceVersion,
} from './invoice.js';
export { type InvoiceInputs, NO_INVOICES } from './invoice-inputs.js';
export {
  conditionsKey,
  type InvoiceMatch,
  type MatchConditions,
  type MatchTarget,
  matchesInForce,
  matchFinder,
} from './invoice-match.js';
export {
  DIFFERENCE_POLICIES,
  type DifferencePolicy,
  policyOf,
  type ReconciliationPolicy,
} from './reconciliation-policy.js';
export { invoicedBy, TAX } from './round-invoices.js';
export { inPeriod } from './versions.js';
