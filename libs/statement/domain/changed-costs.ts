import { groupBy, type Picos } from '#money';
import type { CostTotals } from './draft.js';
import type { StatementLine } from './line.js';
import { summarize } from './summarize.js';

/** A team, or a cost centre of it, whose cost would be another. */
export interface ChangedCost extends Pick<StatementLine, 'team' | 'costCenter'> {
  readonly known: boolean;
  readonly before: Amounts;
  readonly after: Amounts;
}

/** `effective` with full precision, `billed` in minor units of the account's currency. */
type Amounts = Pick<CostTotals, 'effective' | 'billed'>;

/** Team by team what two lots of lines come to, where that differs in any amount; the largest change first. */
export function changedCosts(
  before: readonly StatementLine[],
  after: readonly StatementLine[],
  isKnownTeam: (team: string) => boolean,
): ChangedCost[] {
  const [was, is] = [groupBy(before, keyOf), groupBy(after, keyOf)];
  return [...new Set([...was.keys(), ...is.keys()])]
    .sort()
    .flatMap((key): ChangedCost[] => {
      const [old = [], now = []] = [was.get(key), is.get(key)];
      const owner = old[0] ?? now[0];
      if (!owner) return [];
      const [first, second] = [amountsOf(old), amountsOf(now)];
      if (first.effective === second.effective && first.billed === second.billed) return [];
      const { team, costCenter } = owner;
      return [{ team, costCenter, known: isKnownTeam(team), before: first, after: second }];
    })
    .sort((a, b) => compareDescending(sizeOf(a), sizeOf(b)));
}

function keyOf({ team, costCenter }: StatementLine): string {
  return JSON.stringify([team, costCenter]);
}

function amountsOf(lines: readonly StatementLine[]): Amounts {
  const { effective, billed } = summarize(lines).total;
  return { effective, billed };
}

function sizeOf({ before, after }: ChangedCost): Picos {
  const change = after.effective - before.effective;
  return change < 0n ? -change : change;
}

function compareDescending(a: bigint, b: bigint): number {
  return a === b ? 0 : a < b ? 1 : -1;
}
