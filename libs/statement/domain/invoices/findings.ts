import { formatMinor } from '#money';
import type { MonthReconciliation, PartyReconciliation } from './reconciliation.js';

/** Parties named in a finding; of more their number is told. */
const NAMED_MAX = 20;

/** Parties whose invoices say something else than their lines, or that have none though something was agreed of them. */
export function unreconciledText({ parties }: MonthReconciliation, currency: string): string | undefined {
  const texts = parties.filter(isUnreconciled).map(({ party, invoiced, difference }) => {
    if (invoiced === null || difference === null) return `${party} has no invoice`;
    return `${party} is invoiced ${formatMinor(invoiced, currency)} ${currency}, a difference of ${formatMinor(difference, currency)}`;
  });
  return listed(texts);
}

/** Invoice lines that nobody is known to owe. */
export function unmatchedText({ unmatched }: MonthReconciliation, currency: string): string | undefined {
  const texts = unmatched.map(({ provider, subAccount, sku, lines, invoiced }) => {
    const names = [provider, subAccount, sku].filter((name) => name !== null).join(' / ');
    return `${lines.toString()} lines of ${names} over ${formatMinor(invoiced, currency)} ${currency} are matched to nobody`;
  });
  return listed(texts);
}

function isUnreconciled({ state, policy, adjusted }: PartyReconciliation): boolean {
  // Where nothing was agreed, cost without an invoice is what it always was: as the records and prices say.
  if (state === 'missing_invoice') return policy !== null;
  return state === 'differs' && adjusted === 0n;
}

function listed(texts: readonly string[]): string | undefined {
  if (texts.length === 0) return undefined;
  const more = texts.length > NAMED_MAX ? [`and ${(texts.length - NAMED_MAX).toString()} more`] : [];
  return [...texts.slice(0, NAMED_MAX), ...more].join('; ');
}
