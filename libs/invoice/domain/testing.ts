import type { InvoicedAmount } from './invoice.js';
import type { InvoiceMatch } from './invoice-match.js';
import type { ReconciliationPolicy } from './reconciliation-policy.js';

/** What an invoice of `aws` says of November 2023, for a test: nothing unless it says otherwise. */
export function amountOf(over: Partial<InvoicedAmount> = {}): InvoicedAmount {
  return {
    invoiceId: '018bd2a2-0000-7000-8000-000000000001',
    provider: 'aws',
    period: '2023-11',
    subAccount: null,
    sku: null,
    resource: null,
    tags: null,
    pool: null,
    model: null,
    lines: 1,
    amount: 0n,
    tax: 0n,
    ...over,
  };
}

/** A rule of `aws` that holds from the beginning, for a test. */
export function matchOf(over: Partial<InvoiceMatch> & Pick<InvoiceMatch, 'target'>): InvoiceMatch {
  const asks = { provider: 'aws', subAccount: null, sku: null, resource: null, tag: null };
  return { ...asks, version: 1, fromPeriod: '', ...over };
}

/** True-up from the beginning, for a test. */
export function policyFor(party: string, over: Partial<ReconciliationPolicy> = {}): ReconciliationPolicy {
  const agreed = { policy: 'true_up', sharedPool: null, tolerance: 0n, toleranceBasisPoints: 0 } as const;
  return { party, version: 1, fromPeriod: '', ...agreed, ...over };
}
