import type { PoolSums } from './bill-sums.js';
import type { DraftStatements, PoolCosts } from './draft.js';
import type { StatementLine } from './line.js';

/** A period's statements for who goes through their lines: never all of them in memory, where they are kept as rows. */
export interface StatementPages
  extends Pick<DraftStatements, 'closing' | 'account' | 'currency' | 'period' | 'accruedTo'> {
  /** What the pools that cost anything cost, in the order of their names. */
  readonly poolCosts: readonly PoolCosts[];
  /** Lines of all teams. */
  readonly lineCount: number;
  /** The lines of one team or of all (null) in their order of showing, a page at a time, from the first at every call. */
  readonly lines: (team: string | null) => AsyncIterable<readonly StatementLine[]>;
}

/** Statements that are in memory, as pages: one for each team. */
export function pagesOf({ teams, pools, ...draft }: DraftStatements): StatementPages {
  const { closing, account, currency, period, accruedTo } = draft;
  return {
    ...{ closing, account, currency, period, accruedTo },
    lineCount: teams.reduce((sum, { lines }) => sum + lines.length, 0),
    poolCosts: pools.flatMap(({ pool, cost }) => (cost === null ? [] : [poolCostsOf({ pool, ...cost })])),
    async *lines(team) {
      for (const statement of teams) if (team === null || statement.team === team) yield statement.lines;
    },
  };
}

/** The same of a close, which keeps sums of pools that have usage and no cost as well. */
export function poolCostsOfClose(pools: readonly PoolSums[]): PoolCosts[] {
  return pools
    .filter(({ kind, paidInstanceNanos, effective }) => kind === 'shared' || paidInstanceNanos > 0n || effective !== 0n)
    .map(poolCostsOf);
}

function poolCostsOf({ pool, list, contracted, invoiced, effective, adjusted }: PoolCosts): PoolCosts {
  return { pool, list, contracted, invoiced, effective, adjusted };
}
