/**
 * What part of a charge period's cost an amount is, before it is split any further. `unused` is a part of all that the pool
 * cost; the others are parts of what that leaves, the cost of the capacity that ran.
 */
export interface CostShare {
  readonly by: 'phase' | 'idle' | 'team' | 'unused';
  /** Which phase or team. */
  readonly name: string;
  /** `weight / totalWeight` of the cost, rounded to whole picos that sum to it. */
  readonly weight: bigint;
  readonly totalWeight: bigint;
  /** How many parts of the cost are in it, each of which was rounded by itself. */
  readonly parts: number;
}
