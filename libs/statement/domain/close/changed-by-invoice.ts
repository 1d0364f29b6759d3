import { isTrueUp } from '../invoices/settle-invoices.js';
import { partyOf, type StatementLine } from '../line.js';

/**
 * Tells the lines that changed because of invoices, or what is agreed of them: true-ups of a party that comes to another sum now,
 * and cents that moved on its other lines because it is rounded anew. A true-up that makes up for a change of the party's own
 * lines has their cause, for its sum stays that of the invoices.
 */
export function changedByInvoice(billed: readonly StatementLine[], now: readonly StatementLine[]) {
  const [was, is] = [sumsOfParties(billed), sumsOfParties(now)];
  const truedUp = new Set([...billed, ...now].filter(isTrueUp).map(partyOf));
  const isRounding = ({ requests, quantity, effective }: StatementLine) =>
    requests === 0n && quantity === 0n && effective === 0n;
  return (line: StatementLine) => {
    const party = partyOf(line);
    return truedUp.has(party) && was.get(party) !== is.get(party) && (isTrueUp(line) || isRounding(line));
  };
}

function sumsOfParties(lines: readonly StatementLine[]): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const line of lines) sums.set(partyOf(line), (sums.get(partyOf(line)) ?? 0n) + (line.effective ?? 0n));
  return sums;
}
