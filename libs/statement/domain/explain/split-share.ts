/**
 * One split on a line's way, as somebody would do it again by hand: `part` is `amount x weight / totalWeight`. Where it is made
 * of several parts, each was cut to a whole unit by itself and some got one of the units left, so it lies within so many
 * units of the exact share.
 */
export interface SplitShare {
  /**
   * What the amount is split over: what `running` instances cost and what was bought for a term and stood `unused`, the `phase`s of a charge period and `idle`, `team`s, `usage` (the weights of the policy's
   * basis), `idle_policy`, `peak`, `volume` (prices that follow it; one beside the other), `shared_pool` (from one pool of shared cost
   * to the one named), `shared` (from the pool named to whom it goes), `kept` (by the platform team, all of it), `minimum` (what is missing to a commitment, by what
   * was spent), `invoice` (a difference to an invoice, by what lines cost); when rounded, `team` and `line`.
   */
  readonly by:
    | 'running'
    | 'unused'
    | 'phase'
    | 'idle'
    | 'team'
    | 'usage'
    | 'idle_policy'
    | 'peak'
    | 'volume'
    | 'shared_pool'
    | 'shared'
    | 'kept'
    | 'minimum'
    | 'invoice'
    | 'line';
  /** Which phase, team or rule; null where there is one only. */
  readonly name: string | null;
  /** Picos; minor units of the currency where it is rounding. */
  readonly amount: bigint;
  readonly weight: bigint;
  readonly totalWeight: bigint;
  readonly parts: number;
  readonly part: bigint;
}
