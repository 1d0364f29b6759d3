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
 * for nothing.
 */
export function journalOf(lines: readonly StatementLine[]): Posting[] {
  const debits = sumsBy(lines, ({ costCenter, team }) => JSON.stringify([costCenter, team]));
  const credits = sumsBy(lines, (line) => partyOf(line));
  const postings = [...debits].map(([key, amount]) => {
    const [costCenter, team] = JSON.parse(key) as [string | null, string];
    return posting('chargeback', costCenter, team, amount);
  });
  for (const [party, amount] of credits) postings.push(posting(`clearing:${party}`, null, null, -amount));
  return postings.filter(({ debit, credit }) => debit !== credit).sort(byAccount);
}

/** Debits less credits: zero, or the entry is wrong. */
export function imbalanceOf(postings: readonly Posting[]): bigint {
  return postings.reduce((sum, { debit, credit }) => sum + debit - credit, 0n);
}

function posting(ledgerAccount: string, costCenter: string | null, team: string | null, amount: bigint): Posting {
  return { ledgerAccount, costCenter, team, debit: amount > 0n ? amount : 0n, credit: amount < 0n ? -amount : 0n };
}

function sumsBy(lines: readonly StatementLine[], keyOf: (line: StatementLine) => string): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const line of lines) {
    const key = keyOf(line);
    sums.set(key, (sums.get(key) ?? 0n) + (line.billed ?? 0n));
  }
  return sums;
}

function byAccount(a: Posting, b: Posting): number {
  const key = ({ ledgerAccount, costCenter, team }: Posting) =>
    `${ledgerAccount}\0${costCenter ?? ''}\0${team ?? ''}\0${costCenter === null ? '' : '1'}`;
  return key(a) < key(b) ? -1 : 1;
}
