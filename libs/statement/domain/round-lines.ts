import { groupBy, picosPerMinor, picosToMinor, roundToSum, splitByLargestRemainder } from '#money';
import { inOrder, type LineAmounts, type LineFields, lineKey, partyOf, type StatementLine } from './line.js';

type Unrounded = LineFields & LineAmounts;

/**
 * The one rounding. Top-down, so that each level sums to the level above: what a pool cost (or a provider's usage did) is
 * rounded half-even to the currency's minor unit, that is split over teams and each team's part over its lines, both by
 * largest remainder with the exact amounts as weights, ties to the smaller key; where a party has amounts below zero, which
 * weigh nothing, each amount is rounded down and what is left goes to the largest fractions. Lines without a known cost
 * stay without. Returns the lines in their order of showing.
 */
export function roundLines(lines: readonly Unrounded[], currency: string): StatementLine[] {
  const keyed = lines.map((line): Keyed => ({ line, key: lineKey(line), effective: line.effective ?? 0n }));
  const billed = new Map<Unrounded, bigint>();
  const priced = keyed.filter(({ line }) => line.effective !== null);
  for (const party of groupBy(priced, ({ line }) => partyOf(line)).values()) {
    const split = party.some(({ effective }) => effective < 0n) ? splitSigned(currency) : splitPositive;
    const byTeam = groupBy(party, ({ line }) => line.team);
    const teams = [...byTeam].map(([key, own]) => ({ key, own, effective: sumOf(own) }));
    const totals = split(picosToMinor(sumOf(party), currency), teams);
    teams.forEach(({ own }, i) => {
      const parts = split(totals[i] ?? 0n, own);
      own.forEach(({ line }, j) => billed.set(line, parts[j] ?? 0n));
    });
  }
  return inOrder(lines.map((line) => ({ ...line, billed: billed.get(line) ?? null, correction: null })));
}

/** Something that has a part of what is rounded: a team, or a line. */
interface Member {
  readonly key: string;
  readonly effective: bigint;
}

interface Keyed extends Member {
  readonly line: Unrounded;
}

/** Splits minor units over members by their exact amounts; where all of these are zero there is nothing to split. */
function splitPositive(total: bigint, members: readonly Member[]): readonly bigint[] {
  const shares = members.map(({ key, effective: weight }) => ({ key, weight }));
  return splitByLargestRemainder(total, shares) ?? [];
}

function splitSigned(currency: string) {
  const divisor = picosPerMinor(currency);
  return (total: bigint, members: readonly Member[]): readonly bigint[] => {
    const amounts = members.map(({ key, effective: amount }) => ({ key, amount }));
    return roundToSum(total, amounts, divisor);
  };
}

function sumOf(members: readonly Member[]): bigint {
  return members.reduce((sum, { effective }) => sum + effective, 0n);
}
