import { picosPerMinor } from '#money';
import { lineKey, partyOf, type StatementLine } from '../line.js';
import type { SplitShare } from './split-share.js';

/** What an amount is exactly and as it is billed. */
export interface RoundedAmount {
  readonly effective: bigint;
  /** Minor units. */
  readonly billed: bigint;
}

/** How a line's exact amount came to whole minor units; see `roundLines`. */
export interface Rounding {
  /** `pool:h100` or `provider:openai`. */
  readonly party: string;
  readonly picosPerMinor: bigint;
  /**
   * `by_weight`: parts by largest remainder with the exact amounts as weights. `by_fraction`: some amounts of the party are
   * below zero, so each is rounded down and what is left goes to the largest fractions.
   */
  readonly method: 'by_weight' | 'by_fraction';
  readonly ofParty: RoundedAmount;
  readonly ofTeam: RoundedAmount;
  readonly ofLine: RoundedAmount;
  /** `by_weight`: the party's minor units over its teams, then the team's over its lines. Else none. */
  readonly splits: readonly SplitShare[];
}

/** From a month's own lines as they were rounded; undefined for a line whose cost is not known. */
export function explainRounding(
  lines: readonly StatementLine[],
  line: StatementLine,
  currency: string,
): Rounding | undefined {
  if (line.effective === null || line.billed === null) return undefined;
  const party = partyOf(line);
  const ofParty = lines.filter((other) => partyOf(other) === party && other.effective !== null);
  const ofTeam = ofParty.filter(({ team }) => team === line.team);
  const isSigned = ofParty.some(({ effective }) => (effective ?? 0n) < 0n);
  const key = lineKey(line);
  const [whole, team, own] = [ofParty, ofTeam, ofTeam.filter((other) => lineKey(other) === key)].map(sumOf);
  if (!whole || !team || !own) return undefined;
  const split = (by: 'team' | 'line', of: RoundedAmount, mine: RoundedAmount): SplitShare => {
    const weights = { weight: mine.effective, totalWeight: of.effective };
    return { by, name: null, amount: of.billed, ...weights, parts: 1, part: mine.billed };
  };
  return {
    party,
    picosPerMinor: picosPerMinor(currency),
    method: isSigned ? 'by_fraction' : 'by_weight',
    ofParty: whole,
    ofTeam: team,
    ofLine: own,
    splits: isSigned ? [] : [split('team', whole, team), split('line', team, own)],
  };
}

function sumOf(lines: readonly StatementLine[]): RoundedAmount {
  return lines.reduce(
    (sum, { effective, billed }) => {
      return { effective: sum.effective + (effective ?? 0n), billed: sum.billed + (billed ?? 0n) };
    },
    { effective: 0n, billed: 0n },
  );
}
