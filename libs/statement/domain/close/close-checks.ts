import { type BillingPeriod, type EpochMs, formatInstant } from '#calendar';
import { formatMinor, magnitude } from '#money';
import { type InvoiceStanding, unmatchedText, unreconciledText } from '../invoices/findings.js';
import type { CloseCheck, CloseFinding } from './closing.js';
import type { MonthTotals } from './month-totals.js';

/** How much of each is still fine. */
export interface CloseLimits {
  /** Unattributed by all billed cost, in hundredths of a per cent. */
  readonly unattributedBasisPoints: bigint;
  /** Change of all billed cost against the month before, up or down, in hundredths of a per cent. */
  readonly jumpBasisPoints: bigint;
}

export const DEFAULT_CLOSE_LIMITS: CloseLimits = { unattributedBasisPoints: 0n, jumpBasisPoints: 5_000n };

export interface CloseCircumstances {
  readonly now: EpochMs;
  /** Accepted events that may belong to the period and are not metered. */
  readonly waitingEvents: bigint;
  /** Refused events that were received since the period began and nobody has dealt with. */
  readonly openQuarantine: bigint;
  /** What the month before was billed; null for the first month that is closed. */
  readonly previousBilled: bigint | null;
  /** Whether any usage or cost lies before the month. */
  readonly hasEarlier: boolean;
  /** Disputes of lines of the month or of those before it that nobody has answered. */
  readonly openDisputes: bigint;
  /** The line of the first of them; null where there is none. */
  readonly firstDisputed: string | null;
  /** How the month, and those that are closed, stand against their invoices. */
  readonly invoices: InvoiceStanding;
}

/** A month that may be closed, as it is drafted. */
export interface MonthLooked {
  readonly period: BillingPeriod;
  readonly currency: string;
  readonly totals: MonthTotals;
}

/** All that speaks against closing the month as it is drafted, firm findings first; none: it may be closed. */
export function findingsOf(
  month: MonthLooked,
  circumstances: CloseCircumstances,
  limits: CloseLimits = DEFAULT_CLOSE_LIMITS,
): CloseFinding[] {
  const { now, waitingEvents, openQuarantine } = circumstances;
  const { totals, period, currency } = month;
  const { unpriced, byKind, total } = totals.summary();
  const isFirst = circumstances.previousBilled === null;
  const unattributed = byKind.unattributed.billed + totals.lateUnattributed;
  const { invoices } = circumstances;
  const [unreconciled, unmatched] = [unreconciledText(invoices, currency), unmatchedText(invoices, currency)];
  const withoutCost = totals.poolsWithoutCost();
  const findings: [CloseCheck, boolean, () => string][] = [
    ['period_not_over', now < period.end, () => `the month ends at ${formatInstant(period.end)}`],
    // What lies before the first close is on no statement, and no later one corrects it.
    [
      'earlier_usage',
      isFirst && circumstances.hasEarlier,
      () => 'there is usage or cost of earlier months, which will never be billed once this one is closed',
    ],
    ['nothing_to_bill', isFirst && totals.lineCount === 0, () => 'the month has neither usage nor cost'],
    ['events_waiting', waitingEvents > 0n, () => `${waitingEvents.toString()} accepted events wait to be metered`],
    [
      'quarantine_open',
      openQuarantine > 0n,
      () => `${openQuarantine.toString()} refused events since the month began wait in quarantine`,
    ],
    [
      'unpriced_usage',
      unpriced.lines > 0,
      () => `${unpriced.lines.toString()} lines have no known cost, of ${unpriced.tokens.toString()} tokens`,
    ],
    [
      'unattributed_cost',
      magnitude(unattributed) * 10_000n > magnitude(total.billed) * limits.unattributedBasisPoints,
      () => `${formatMinor(unattributed, currency)} ${currency} is of no known team`,
    ],
    ['missing_cost', withoutCost.length > 0, () => `pools with usage that no cost covers: ${withoutCost.join(', ')}`],
    ['cost_jump', isJump(total.billed, circumstances, limits), () => jumpText(total.billed, circumstances, currency)],
    ['unreconciled_invoice', unreconciled !== undefined, () => unreconciled ?? ''],
    ['unmatched_invoice', unmatched !== undefined, () => unmatched ?? ''],
    ['open_dispute', circumstances.openDisputes > 0n, () => disputesText(circumstances)],
  ];
  return findings.flatMap(([check, holds, detail]) => {
    return holds ? [{ check, detail: detail(), acceptable: check !== 'period_not_over' }] : [];
  });
}

function isJump(billed: bigint, { previousBilled }: CloseCircumstances, { jumpBasisPoints }: CloseLimits): boolean {
  if (previousBilled === null) return false;
  return magnitude(billed - previousBilled) * 10_000n > magnitude(previousBilled) * jumpBasisPoints;
}

function jumpText(billed: bigint, { previousBilled }: CloseCircumstances, currency: string): string {
  const [now, before] = [billed, previousBilled ?? 0n].map((minor) => formatMinor(minor, currency));
  return `${now ?? ''} ${currency} is billed, ${before ?? ''} ${currency} was the month before`;
}

function disputesText({ openDisputes, firstDisputed }: CloseCircumstances): string {
  const disputes = openDisputes === 1n ? 'a dispute is' : `${openDisputes.toString()} disputes are`;
  return `${disputes} not answered, the first of line ${firstDisputed ?? ''}`;
}
