import { partyOf, type StatementLine } from '../line.js';

/** One side of a journal entry, in minor units of the account's currency; one of `debit` and `credit` is zero. */
export interface Posting {
  /** `chargeback`, or `clearing:<pool or provider>`. */
  readonly ledgerAccount: string;
  /** Who is debited; null where the directory names no cost centre, and for clearing accounts. */
  readonly costCenter: string | null;
  readonly team: string | null;
  readonly debit: bigint;
  readonly credit: bigint;
}

/**
 * The journal entry of a close: each team's cost centre is debited what the team is billed, the clearing account of each
 * pool and provider is credited what stands on its lines. Both sides are sums over the same lines, so they are equal
 * whatever the lines are. A negative sum stands on the other side, for a ledger has no negative amounts; nothing is posted
 * for nothing. Lines are added in any order.
 */
export class JournalSums {
  private readonly debits = new Map<string, bigint>();
  private readonly credits = new Map<string, bigint>();

  add(line: StatementLine): void {
    const { costCenter, team, billed } = line;
    addTo(this.debits, JSON.stringify([costCenter, team]), billed);
    addTo(this.credits, partyOf(line), billed);
  }

  postings(): Posting[] {
    const postings = [...this.debits].map(([key, amount]) => {
      const [costCenter, team] = JSON.parse(key) as [string | null, string];
      return posting('chargeback', costCenter, team, amount);
    });
    for (const [party, amount] of this.credits) postings.push(posting(`clearing:${party}`, null, null, -amount));
    return postings.filter(({ debit, credit }) => debit !== credit).sort(byAccount);
  }
}

/** Debits less credits: zero, or the entry is wrong. */
export function imbalanceOf(postings: readonly Posting[]): bigint {
  return postings.reduce((sum, { debit, credit }) => sum + debit - credit, 0n);
}

function posting(ledgerAccount: string, costCenter: string | null, team: string | null, amount: bigint): Posting {
  return { ledgerAccount, costCenter, team, debit: amount > 0n ? amount : 0n, credit: amount < 0n ? -amount : 0n };
}

function addTo(sums: Map<string, bigint>, key: string, billed: bigint | null): void {
  sums.set(key, (sums.get(key) ?? 0n) + (billed ?? 0n));
}

function byAccount(a: Posting, b: Posting): number {
  const key = ({ ledgerAccount, costCenter, team }: Posting) =>
    `${ledgerAccount}\0${costCenter ?? ''}\0${team ?? ''}\0${costCenter === null ? '' : '1'}`;
  return key(a) < key(b) ? -1 : 1;
}
