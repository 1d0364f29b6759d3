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
  const billed = new Map<string, bigint>();
  for (const party of groupBy(lines.filter(isPriced), partyOf).values()) {
    const split = party.some(({ effective }) => (effective ?? 0n) < 0n) ? splitSigned(currency) : splitPositive;
    const byTeam = groupBy(party, (line) => line.team);
    for (const [, team, teamTotal] of split(picosToMinor(sumOf(party), currency), byTeam))
      for (const [key, , minor] of split(teamTotal, groupBy(team, lineKey))) billed.set(key, minor);
  }
  return inOrder(lines.map((line) => ({ ...line, billed: billed.get(lineKey(line)) ?? null, correction: null })));
}

type Groups = ReadonlyMap<string, readonly Unrounded[]>;

/** Splits minor units over groups of lines by their exact amounts; where all of these are zero there is nothing to split. */
function splitPositive(total: bigint, groups: Groups) {
  const members = [...groups];
  const parts = splitByLargestRemainder(
    total,
    members.map(([key, lines]) => ({ key, weight: sumOf(lines) })),
  );
  return members.map(([key, lines], i) => [key, lines, parts?.[i] ?? 0n] as const);
}

function splitSigned(currency: string) {
  const divisor = picosPerMinor(currency);
  return (total: bigint, groups: Groups) => {
    const members = [...groups];
    const amounts = members.map(([key, lines]) => ({ key, amount: sumOf(lines) }));
    const parts = roundToSum(total, amounts, divisor);
    return members.map(([key, lines], i) => [key, lines, parts[i] ?? 0n] as const);
  };
}

function sumOf(lines: readonly Unrounded[]): bigint {
  return lines.reduce((sum, { effective }) => sum + (effective ?? 0n), 0n);
}

function isPriced({ effective }: Unrounded): boolean {
  return effective !== null;
}
