import { groupBy, type Picos } from '#money';
import { differencesOf } from './close/corrections.js';
import type { LineFields, StatementLine } from './line.js';

/** An owner whose cost or usage would be another. */
export interface MovedCost extends Pick<LineFields, 'team' | 'costCenter' | 'project'> {
  readonly known: boolean;
  readonly requests: bigint;
  /** Full precision; negative for whom the cost leaves. Over all owners it sums to 0. */
  readonly effective: Picos;
  /** The same in minor units of the account's currency. */
  readonly billed: bigint;
}

/** Owner by owner what the second lot of lines is more than the first, the largest loss first. */
export function movedCosts(
  before: readonly StatementLine[],
  after: readonly StatementLine[],
  isKnownTeam: (team: string) => boolean,
): MovedCost[] {
  const groups = groupBy(differencesOf(before, after), ({ team, costCenter, project }) =>
    JSON.stringify([team, costCenter, project]),
  );
  return [...groups]
    .flatMap(([key, [first, ...others]]) => {
      if (!first) return [];
      const lines = [first, ...others];
      const { team, costCenter, project } = first;
      const requests = lines.reduce((sum, line) => sum + line.requests, 0n);
      const effective = lines.reduce((sum, line) => sum + (line.effective ?? 0n), 0n);
      const billed = lines.reduce((sum, line) => sum + (line.billed ?? 0n), 0n);
      return [{ key, moved: { team, costCenter, project, known: isKnownTeam(team), requests, effective, billed } }];
    })
    .sort((a, b) => compare(a.moved.effective, b.moved.effective) || (a.key < b.key ? -1 : 1))
    .map(({ moved }) => moved);
}

function compare(a: bigint, b: bigint): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
