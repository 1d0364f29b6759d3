/** Percentages are exact: integers scaled by 10^6, so that 12.5 % is 12500000. */
export const PERCENT_SCALE = 1_000_000n;
export const WHOLE_PERCENT = 100n * PERCENT_SCALE;

/** What a team agreed to, in percent scaled by 10^6. */
export interface TeamShare {
  readonly team: string;
  readonly percent: bigint;
}

/** Of each team at most one, sorted by name. */
export type TeamShares = readonly TeamShare[];

export function toTeamShares(percents: Iterable<readonly [team: string, percent: bigint]>): TeamShares {
  return [...percents].map(([team, percent]) => ({ team, percent })).sort((a, b) => (a.team < b.team ? -1 : 1));
}

export function sumOfShares(shares: readonly Pick<TeamShare, 'percent'>[]): bigint {
  return shares.reduce((sum, { percent }) => sum + percent, 0n);
}
