import type { BillInputs } from '../bill-inputs.js';
import type { BillSums, PoolSums } from '../bill-sums.js';
import { InvoicedMonth, meteredBy } from '../invoices/reconcile.js';
import type { MonthReconciliation, Party, PartyReconciliation } from '../invoices/reconciliation.js';
import { addAdjustments, adjustmentsOf, linesByParty } from '../invoices/settle-invoices.js';
import { ShareDifference } from '../invoices/share-difference.js';
import type { LineAmounts, LineFields, StatementLine } from '../line.js';
import { roundLines } from '../round-lines.js';
import { OWN_SETTLEMENTS } from '../settlements.js';
import { addSharedLines } from '../shared/settle-shared.js';
import { SharedClaims } from '../shared/shared-claims.js';
import { SharedSteps } from '../shared/shared-steps.js';
import { inputsOfPart, type MonthPart } from './month-parts.js';

/** A part of a month as it is billed. */
export interface BilledPart {
  /** Rounded, in their order. */
  readonly lines: readonly StatementLine[];
  readonly pools: readonly PoolSums[];
}

/**
 * Settles a month part by part to what `settleAll` makes of the whole of it, keeping no line: only what shared cost follows and
 * which providers were metered. Every part is settled by itself first, the first part first of all; then it is finished,
 * those that wait only once all were settled.
 */
export class SettleParts {
  /** Of all lines before any of shared cost, and of those that differences to invoices follow. */
  private readonly claims: SharedClaims;
  private readonly followed: SharedClaims;
  private readonly isFollowed: boolean;
  private readonly shared: ReadonlySet<string>;
  private readonly providers = new Set<string>();
  private readonly parties: PartyReconciliation[] = [];
  private invoiced: InvoicedMonth | undefined;

  /** `parts`: all of the month. */
  constructor(
    private readonly inputs: BillInputs,
    parts: readonly MonthPart[],
  ) {
    this.claims = new SharedClaims(inputs);
    this.followed = new SharedClaims(inputs);
    this.isFollowed = parts.some(({ waits }) => waits);
    this.shared = new Set(inputs.sharedPools.map(({ pool }) => pool));
  }

  /** Settles what of a part is settled by itself, and counts what others follow. */
  settle(sums: BillSums, part: MonthPart): void {
    this.settleAgain(sums, part);
    const lines = sums.lines();
    for (const line of lines) if (line.pool === null) this.providers.add(this.providerOf(line));
    if (!this.isFollowed) return;
    this.claims.add(lines);
    this.followed.add(lines.filter(({ pool }) => pool === null || !this.shared.has(pool)));
  }

  /** The same of a part that was counted before. */
  settleAgain(sums: BillSums, part: MonthPart): void {
    const own = inputsOfPart(this.inputs, part);
    for (const settle of OWN_SETTLEMENTS) settle(sums, own);
  }

  finish(sums: BillSums, part: MonthPart): BilledPart {
    const { inputs } = this;
    const sharedPools = inputs.sharedPools.filter(({ pool }) => part.pools.includes(pool));
    if (sharedPools.length > 0) addSharedLines(sums, new SharedSteps(this.claims, inputs), inputs, sharedPools);
    this.settleInvoices(sums, part);
    return { lines: roundLines(sums.lines(), inputs.account.currency), pools: sums.pools() };
  }

  /** How the month stands against its invoices, once all parts are finished. */
  reconciliation(): MonthReconciliation {
    return this.invoicedMonth().reconciliation(this.parties);
  }

  private settleInvoices(sums: BillSums, part: MonthPart): void {
    const { inputs } = this;
    const month = this.invoicedMonth();
    const byParty = linesByParty(sums.lines(), inputs);
    const metered = meteredBy(byParty, inputs.book);
    const known = new Map<string, Party>([...metered].map(([key, { party }]) => [key, party]));
    for (const party of month.parties()) if (part.pools.includes(party.pool)) known.set(party.party, party);
    const parties = [...known.values()].map((party) => month.standing(party, metered.get(party.party)));
    const shared = new ShareDifference(this.followed, inputs);
    const adjustments = parties
      .filter(({ isTruedUp }) => isTruedUp)
      .flatMap((party) => adjustmentsOf(party, byParty.get(party.party) ?? [], { shared, inputs }));
    addAdjustments(sums, inputs, { parties, adjustments });
    this.parties.push(...parties);
  }

  /** Only what is rated has lines of providers, and it is in the first part. */
  private invoicedMonth(): InvoicedMonth {
    this.invoiced ??= new InvoicedMonth(this.inputs, (party) => this.providers.has(party));
    return this.invoiced;
  }

  private providerOf({ provider }: LineFields & LineAmounts): string {
    return `provider:${this.inputs.book.providerNamed(provider ?? '')}`;
  }
}
