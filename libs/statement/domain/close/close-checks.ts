import { type EpochMs, formatInstant } from '#calendar';
import { formatMinor, magnitude } from '#money';
import type { DraftStatements } from '../draft.js';
import { type InvoiceStanding, unmatchedText, unreconciledText } from '../invoices/findings.js';
import type { CloseCheck, CloseFinding } from './closing.js';

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

/** All that speaks against closing the month as it is drafted, firm findings first; none: it may be closed. */
export function findingsOf(
  draft: DraftStatements,
  circumstances: CloseCircumstances,
  limits: CloseLimits = DEFAULT_CLOSE_LIMITS,
): CloseFinding[] {
  const { now, waitingEvents, openQuarantine } = circumstances;
  const { unpriced, byKind, total } = draft.summary;
  const isFirst = circumstances.previousBilled === null;
  const unattributed = byKind.unattributed.billed + lateUnattributed(draft);
  const { invoices } = circumstances;
  const [unreconciled, unmatched] = [
    unreconciledText(invoices, draft.currency),
    unmatchedText(invoices, draft.currency),
  ];
  const withoutCost = draft.pools.filter((pool) => pool.unpriced.lines > 0).map(({ pool }) => pool);
  const findings: [CloseCheck, boolean, () => string][] = [
    ['period_not_over', now < draft.period.end, () => `the month ends at ${formatInstant(draft.period.end)}`],
    // What lies before the first close is on no statement, and no later one corrects it.
    [
      'earlier_usage',
      isFirst && circumstances.hasEarlier,
      () => 'there is usage or cost of earlier months, which will never be billed once this one is closed',
    ],
    ['nothing_to_bill', isFirst && draft.teams.length === 0, () => 'the month has neither usage nor cost'],
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
      () => `${formatMinor(unattributed, draft.currency)} ${draft.currency} is of no known team`,
    ],
    ['missing_cost', withoutCost.length > 0, () => `pools with usage that no cost covers: ${withoutCost.join(', ')}`],
    ['cost_jump', isJump(total.billed, circumstances, limits), () => jumpText(draft, circumstances)],
    ['unreconciled_invoice', unreconciled !== undefined, () => unreconciled ?? ''],
    ['unmatched_invoice', unmatched !== undefined, () => unmatched ?? ''],
    ['open_dispute', circumstances.openDisputes > 0n, () => disputesText(circumstances)],
  ];
  return findings.flatMap(([check, holds, detail]) => {
    return holds ? [{ check, detail: detail(), acceptable: check !== 'period_not_over' }] : [];
  });
}

/** What corrections charge to teams that the directory does not know. */
function lateUnattributed({ teams }: DraftStatements): bigint {
  const lines = teams
    .flatMap((team) => team.lines)
    .filter(({ kind, correction }) => correction && kind === 'unattributed');
  return lines.reduce((sum, { billed }) => sum + (billed !== null && billed > 0n ? billed : 0n), 0n);
}

function isJump(billed: bigint, { previousBilled }: CloseCircumstances, { jumpBasisPoints }: CloseLimits): boolean {
  if (previousBilled === null) return false;
  return magnitude(billed - previousBilled) * 10_000n > magnitude(previousBilled) * jumpBasisPoints;
}

function jumpText({ summary, currency }: DraftStatements, { previousBilled }: CloseCircumstances): string {
  const [now, before] = [summary.total.billed, previousBilled ?? 0n].map((minor) => formatMinor(minor, currency));
  return `${now ?? ''} ${currency} is billed, ${before ?? ''} ${currency} was the month before`;
}

function disputesText({ openDisputes, firstDisputed }: CloseCircumstances): string {
  const disputes = openDisputes === 1n ? 'a dispute is' : `${openDisputes.toString()} disputes are`;
  return `${disputes} not answered, the first of line ${firstDisputed ?? ''}`;
}
