import type { UsageSnapshots } from '#metering';
import { type Outcome, succeed } from '#outcome';
import {
  type BillInputs,
  linesOf,
  type MonthReconciliation,
  type PartyReconciliation,
  partyOfLine,
  type StatementLine,
  type UnmatchedInvoice,
} from '../domain/index.js';
import { billedForMonth } from './billed-so-far.js';
import type { CloseStore } from './close-store.js';
import type { DraftPeriod } from './draft-period.js';
import type { LoadBillInputs, PeriodInput } from './load-bill-inputs.js';
import { Turns } from './turns.js';

/** A party, and what statements say of it. Minor units. */
export interface ReconciledParty extends PartyReconciliation {
  /** On statements: the month's own lines and, once it is closed, all corrections of it that are closed too. */
  readonly billed: bigint;
  /** Invoiced less billed: what no statement says yet, or too much. */
  readonly open: bigint;
}

/**
 * A month against its invoices. `statements + platformOwn + tax + open = invoices`, to the cent, where `open` is that of all
 * parties and everything unmatched.
 */
export interface PeriodReconciliation {
  readonly period: string;
  readonly currency: string;
  readonly isClosed: boolean;
  readonly parties: readonly ReconciledParty[];
  readonly unmatched: readonly UnmatchedInvoice[];
  readonly statements: bigint;
  readonly platformOwn: bigint;
  readonly tax: bigint;
  readonly open: bigint;
  readonly invoices: bigint;
}

/** Looks at a time. */
const AT_ONCE = 1;

/** Holds months against their invoices, closed or not, with all that is known now. */
export class ReconcilePeriod {
  private readonly turns = new Turns(AT_ONCE);

  constructor(
    private readonly inputs: LoadBillInputs,
    private readonly drafts: DraftPeriod,
    private readonly closes: CloseStore,
    private readonly snapshots: UsageSnapshots,
  ) {}

  /** Fails as `LoadBillInputs.load` does, or with `statement.busy`. */
  reconcile(input: PeriodInput): Promise<Outcome<PeriodReconciliation>> {
    return this.turns.take(async () => {
      const inputs = await this.inputs.load(input);
      if (!inputs.ok) return inputs;
      const { draft, reconciliation } = await this.snapshots.hold((snapshot) =>
        this.drafts.bill(inputs.value, snapshot),
      );
      const close = await this.closes.find(input.accountId, input.period);
      const lines = close ? await billedForMonth(this.closes, input.accountId, close) : linesOf(draft);
      return succeed(periodOf(inputs.value, reconciliation, { lines, isClosed: close !== undefined }));
    });
  }
}

export const RECONCILE_PERIOD = Symbol('ReconcilePeriod');

function periodOf(
  inputs: BillInputs,
  { parties, unmatched, platformOwn, tax }: MonthReconciliation,
  { lines, isClosed }: { readonly lines: readonly StatementLine[]; readonly isClosed: boolean },
): PeriodReconciliation {
  const billed = billedByParty(inputs, lines);
  const standing = [...parties, ...onlyBilled(inputs, parties, lines)].map((party): ReconciledParty => {
    const own = billed.get(party.party) ?? 0n;
    return { ...party, billed: own, open: (party.invoiced ?? 0n) - own };
  });
  const stray = sum(unmatched.map(({ invoiced }) => invoiced));
  return {
    period: inputs.period.name,
    currency: inputs.account.currency,
    isClosed,
    parties: standing.sort((a, b) => (a.party < b.party ? -1 : 1)),
    unmatched,
    statements: sum([...billed.values()]),
    platformOwn,
    tax,
    open: sum(standing.map(({ open }) => open)) + stray,
    invoices: sum(parties.map(({ invoiced }) => invoiced ?? 0n)) + stray + platformOwn + tax,
  };
}

/** Parties that were billed when the month was closed and would not be now. */
function onlyBilled(
  { book }: BillInputs,
  parties: readonly PartyReconciliation[],
  lines: readonly StatementLine[],
): PartyReconciliation[] {
  const known = new Set(parties.map(({ party }) => party));
  const others = new Map(lines.map((line) => partyOfLine(line, book)).map((party) => [party.party, party]));
  const nothing = { metered: 0n, invoiced: null, difference: null, differenceBasisPoints: null };
  const untouched = { isTruedUp: false, adjusted: 0n, policy: null, models: [] };
  return [...others.values()]
    .filter(({ party }) => !known.has(party))
    .map((party) => ({ ...party, ...nothing, state: 'missing_invoice', ...untouched }));
}

function billedByParty({ book }: BillInputs, lines: readonly StatementLine[]): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const line of lines) {
    const { party } = partyOfLine(line, book);
    sums.set(party, (sums.get(party) ?? 0n) + (line.billed ?? 0n));
  }
  return sums;
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}
