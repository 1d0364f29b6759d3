import { formatInstant } from '#calendar';
import type {
  ImportedInvoicesWire,
  InvoiceLineWire,
  InvoiceMatchWire,
  InvoiceWire,
  ReconciliationPolicyWire,
} from '#contract';
import type {
  ImportedInvoices,
  InvoiceLine,
  InvoiceMatch,
  ReconciliationPolicy,
  Recorded,
  RecordedInvoice,
} from '#invoice';
import { formatPicos, scaledToDecimal } from '#money';

export function importedToApi(
  { invoices, rows, rowsWithoutZone, warnings }: ImportedInvoices,
  ignored: readonly string[],
): ImportedInvoicesWire {
  const count = (outcome: string) => invoices.filter((invoice) => invoice.outcome === outcome).length;
  return {
    created: count('created'),
    corrected: count('corrected'),
    unchanged: count('unchanged'),
    rows,
    rowsWithoutZone,
    ignoredColumns: [...ignored],
    warnings: [...warnings],
    invoices: invoices.map(({ amount, tax, ...invoice }) => {
      return { ...invoice, amount: formatPicos(amount), tax: formatPicos(tax) };
    }),
  };
}

export function invoiceToApi({ amount, tax, recordedAt, ...invoice }: RecordedInvoice): InvoiceWire {
  return {
    ...invoice,
    amount: formatPicos(amount),
    tax: formatPicos(tax),
    recordedAt: formatInstant(recordedAt),
  };
}

export function invoiceLineToApi({ usageFrom, usageTo, amount, tax, tags, ...line }: InvoiceLine): InvoiceLineWire {
  return {
    ...line,
    tags: tags && { ...tags },
    usageFrom: usageFrom === null ? null : formatInstant(usageFrom),
    usageTo: usageTo === null ? null : formatInstant(usageTo),
    amount: formatPicos(amount),
    tax: formatPicos(tax),
  };
}

export function matchToApi({ fromPeriod, recordedAt, target, ...match }: Recorded<InvoiceMatch>): InvoiceMatchWire {
  return {
    ...match,
    target: { ...target },
    fromPeriod: fromPeriod === '' ? null : fromPeriod,
    recordedAt: formatInstant(recordedAt),
  };
}

export function policyToApi(policy: Recorded<ReconciliationPolicy>): ReconciliationPolicyWire {
  const { party, version, fromPeriod, tolerance, toleranceBasisPoints, recordedAt, recordedBy } = policy;
  const [kind, name] = [party.slice(0, party.indexOf(':')), party.slice(party.indexOf(':') + 1)];
  return {
    pool: kind === 'pool' ? name : null,
    provider: kind === 'provider' ? name : null,
    policy: policy.policy,
    sharedPool: policy.sharedPool,
    tolerance: formatPicos(tolerance),
    tolerancePercent: scaledToDecimal(BigInt(toleranceBasisPoints), 2),
    version,
    fromPeriod: fromPeriod === '' ? null : fromPeriod,
    recordedAt: formatInstant(recordedAt),
    recordedBy,
  };
}
