import type { DraftStatements } from './draft.js';
import type { StatementLine } from './line.js';

/** A period's statements for who goes through their lines: never all of them in memory, where they are kept as rows. */
export interface StatementPages
  extends Pick<DraftStatements, 'closing' | 'account' | 'currency' | 'period' | 'accruedTo'> {
  /** The lines of one team or of all (null) in their order of showing, a page at a time, from the first at every call. */
  readonly lines: (team: string | null) => AsyncIterable<readonly StatementLine[]>;
}

/** Statements that are in memory, as pages: one for each team. */
export function pagesOf({ closing, account, currency, period, accruedTo, teams }: DraftStatements): StatementPages {
  return {
    ...{ closing, account, currency, period, accruedTo },
    async *lines(team) {
      for (const statement of teams) if (team === null || statement.team === team) yield statement.lines;
    },
  };
}
