import { isTrueUp } from '../invoices/settle-invoices.js';
import { partyOf, type StatementLine } from '../line.js';

/**
 * Tells the lines that changed because of invoices, or what is agreed of them: true-ups of a party that comes to another sum now
 * or whose true-ups are by another version of what is agreed, and cents that moved on its other lines because it is rounded
 * anew. A true-up that makes up for a change of the party's own lines has their cause, for its sum stays that of the invoices.
 */
export function changedByInvoice(billed: readonly StatementLine[], now: readonly StatementLine[]) {
  const [parties, partiesNow] = [partiesOf(billed), partiesOf(now)];
  const isChanged = (party: string) => {
    const [before, after] = [parties.get(party) ?? NOTHING, partiesNow.get(party) ?? NOTHING];
    const [was, is] = [before.agreed.size > 0, after.agreed.size > 0];
    if (before.sum !== after.sum) return was || is;
    return was && is && !isSame(before.agreed, after.agreed);
  };
  const isRounding = ({ requests, quantity, effective }: StatementLine) =>
    requests === 0n && quantity === 0n && effective === 0n;
  return (line: StatementLine) => (isTrueUp(line) || isRounding(line)) && isChanged(partyOf(line));
}

interface PartyState {
  readonly sum: bigint;
  /** Versions of what is agreed of the party's differences, by which lines were trued up. */
  readonly agreed: Set<number | null>;
}

const NOTHING: PartyState = { sum: 0n, agreed: new Set() };

function isSame(a: PartyState['agreed'], b: PartyState['agreed']): boolean {
  return a.size === b.size && [...a].every((version) => b.has(version));
}

function partiesOf(lines: readonly StatementLine[]): Map<string, PartyState> {
  const parties = new Map<string, PartyState>();
  for (const line of lines) {
    const { sum, agreed } = parties.get(partyOf(line)) ?? { sum: 0n, agreed: new Set<number | null>() };
    if (isTrueUp(line)) agreed.add(line.policyVersion);
    parties.set(partyOf(line), { sum: sum + (line.effective ?? 0n), agreed });
  }
  return parties;
}
