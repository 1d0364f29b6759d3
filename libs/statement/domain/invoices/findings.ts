import { formatMinor } from '#money';
import type { CloseDocument } from '../close/close-document.js';
import type { ClosedReconciliation, MonthReconciliation, PartyReconciliation } from './reconciliation.js';

/** Parties named in a finding; of more their number is told. */
const NAMED_MAX = 20;
const BETWEEN = '; ';

/** How a month to be closed stands against its invoices, and those that are closed. */
export interface InvoiceStanding {
  readonly own: MonthReconciliation;
  /** Invoices may come, and what is agreed of them change, once a month is closed. */
  readonly closed: readonly ClosedReconciliation[];
  /** What closes accepted, as `acceptedOf` has it: it holds no other close. */
  readonly accepted: ReadonlySet<string>;
}

/** Parties whose invoices say something else than their lines, or that have none though something was agreed of them. */
export function unreconciledText(standing: InvoiceStanding, currency: string): string | undefined {
  return textOf(standing, ({ parties }) =>
    parties.filter(isUnreconciled).map(({ party, invoiced, difference }) => {
      if (invoiced === null || difference === null) return `${party} has no invoice`;
      return `${party} is invoiced ${formatMinor(invoiced, currency)} ${currency}, a difference of ${formatMinor(difference, currency)}`;
    }),
  );
}

/** Invoice lines that nobody is known to owe. */
export function unmatchedText(standing: InvoiceStanding, currency: string): string | undefined {
  return textOf(standing, ({ unmatched }) =>
    unmatched.map(({ provider, subAccount, sku, lines, invoiced }) => {
      const names = [provider, subAccount, sku].filter((name) => name !== null).join(' / ');
      return `${lines.toString()} lines of ${names} over ${formatMinor(invoiced, currency)} ${currency} are matched to nobody`;
    }),
  );
}

/** What a close accepted of its invoices, each text with the month that it is of. */
export function acceptedOf({ period, accepted }: Pick<CloseDocument, 'period' | 'accepted'>): string[] {
  const texts = accepted
    .filter(({ check }) => check === 'unreconciled_invoice' || check === 'unmatched_invoice')
    .flatMap(({ detail }) => detail.split(BETWEEN));
  return texts.flatMap((text) => [text, ofMonth(period.name, text)]);
}

/** The month's own, then those of closed months that no close accepted, with their month. */
function textOf(
  { own, closed, accepted }: InvoiceStanding,
  textsOf: (reconciliation: MonthReconciliation) => string[],
): string | undefined {
  const late = closed.flatMap(({ period, reconciliation }) =>
    textsOf(reconciliation).map((text) => ofMonth(period, text)),
  );
  return listed([...textsOf(own), ...late.filter((text) => !accepted.has(text))]);
}

function ofMonth(period: string, text: string): string {
  return `${period}: ${text}`;
}

function isUnreconciled({ state, policy, isTruedUp }: PartyReconciliation): boolean {
  // Where nothing was agreed, cost without an invoice is what it always was: as the records and prices say.
  if (state === 'missing_invoice') return policy !== null;
  return state === 'differs' && !isTruedUp;
}

function listed(texts: readonly string[]): string | undefined {
  if (texts.length === 0) return undefined;
  const more = texts.length > NAMED_MAX ? [`and ${(texts.length - NAMED_MAX).toString()} more`] : [];
  return [...texts.slice(0, NAMED_MAX), ...more].join(BETWEEN);
}
