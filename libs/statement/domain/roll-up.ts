import { groupBy } from '#money';
import type { DraftStatements, Summary } from './draft.js';
import type { StatementLine } from './line.js';
import { summarize } from './summarize.js';

export const ROLL_UP_LEVELS = ['cost_center', 'business_unit', 'account'] as const;
export type RollUpLevel = (typeof ROLL_UP_LEVELS)[number];

/** The statements of all teams of one cost centre or business unit, or of the account, taken together. */
export interface RollUp extends Summary {
  /** Null: lines without a cost centre, or of cost centres without a business unit. */
  readonly name: string | null;
  readonly costCenters: readonly string[];
  readonly teams: readonly string[];
}

/**
 * Takes statements together by the cost centre on each line. A team whose cost centre changed within the month is in two
 * of them, with its lines of each; so every line is in exactly one roll-up and these sum to the account, to the cent.
 */
export function rollUp(statements: DraftStatements, level: RollUpLevel): RollUp[] {
  const units = new Map(statements.businessUnits.map(({ costCenter, businessUnit }) => [costCenter, businessUnit]));
  const nameOf = ({ costCenter }: StatementLine): string | null => {
    if (level === 'account') return statements.account;
    return level === 'cost_center' || costCenter === null ? costCenter : (units.get(costCenter) ?? null);
  };
  const lines = statements.teams.flatMap(({ lines: own }) => own);
  return [...groupBy(lines, (line) => JSON.stringify(nameOf(line)))]
    .map(([name, own]) => ({
      name: JSON.parse(name) as string | null,
      costCenters: distinct(own.flatMap(({ costCenter }) => (costCenter === null ? [] : [costCenter]))),
      teams: distinct(own.map(({ team }) => team)),
      ...summarize(own),
    }))
    .sort((a, b) => compareNames(a.name, b.name));
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}

/** What has no name comes last. */
function compareNames(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? 1 : -1;
  return a < b ? -1 : 1;
}
