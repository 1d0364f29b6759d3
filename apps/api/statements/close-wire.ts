import { formatInstant } from '#calendar';
import type { CloseFindingsWire, CloseWire, ClosingWire, JournalWire } from '#contract';
import { formatMinor } from '#money';
import type { ChainedClose, CloseFinding, Closing, JournalEntry } from '#statement';

type Versions = ChainedClose['document']['versions'];

export function closingToApi({ closedAt, issuedAt, accepted, ...closing }: Closing): ClosingWire {
  return {
    ...closing,
    closedAt: formatInstant(closedAt),
    issuedAt: issuedAt === null ? null : formatInstant(issuedAt),
    accepted: accepted.map(({ check, detail }) => ({ check, detail })),
  };
}

export function closeToApi({ document, hash, previousHash, issuedAt, issuedBy }: ChainedClose): CloseWire {
  const { closeNumber, closedAt, closedBy, accepted, reason, period, currency, billed, lines, linesHash } = document;
  return {
    period: period.name,
    ...closingToApi({ closeNumber, closedAt, closedBy, accepted, reason, hash, previousHash, issuedAt, issuedBy }),
    currency,
    billed: formatMinor(billed, currency),
    lines,
    linesHash,
    events: document.events.toString(),
    versions: versionsToApi(document.versions),
  };
}

function versionsToApi({ policies, prices, priceRules, fxRates, ...versions }: Versions): CloseWire['versions'] {
  const { costRecords, purchases, sharedCosts, mappingRules, invoices, invoiceMatches } = versions;
  return {
    policies: [...policies],
    prices: [...prices],
    priceRules: [...priceRules],
    fxRates: [...fxRates],
    costRecords: [...costRecords],
    purchases: [...purchases],
    sharedCosts: [...sharedCosts],
    mappingRules: [...mappingRules],
    invoices: [...invoices],
    invoiceMatches: [...invoiceMatches],
    reconciliationPolicies: [...versions.reconciliationPolicies],
  };
}

export function findingsToApi(period: string, findings: readonly CloseFinding[]): CloseFindingsWire {
  return {
    period,
    closable: findings.length === 0,
    findings: findings.map(({ check, detail, acceptable }) => ({ check, detail, acceptable })),
  };
}

export function journalToApi({ close, postings }: JournalEntry): JournalWire {
  const { period, closeNumber, closedAt, closedBy, currency } = close.document;
  const money = (minor: bigint) => formatMinor(minor, currency);
  const sum = (side: 'debit' | 'credit') => money(postings.reduce((total, posting) => total + posting[side], 0n));
  return {
    period: period.name,
    closeNumber,
    postedAt: formatInstant(closedAt),
    postedBy: closedBy,
    currency,
    postings: postings.map(({ ledgerAccount, costCenter, team, debit, credit }) => {
      return { ledgerAccount, costCenter, team, debit: money(debit), credit: money(credit) };
    }),
    debits: sum('debit'),
    credits: sum('credit'),
  };
}
