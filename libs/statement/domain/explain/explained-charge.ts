import type { EpochMs } from '#calendar';
import type { PoolPeriodCost } from '#cost-record/domain';
import type { Picos } from '#money';
import type { SplitShare } from './split-share.js';

/** Why usage has no cost, or a cost no owner. */
export type Unexplained = 'no_cost' | 'no_policy' | 'no_basis_price' | 'no_price' | 'no_fx_rate';

/** Capacity of a pool that is settled over the month as a whole: what nobody used, or what the basis `peak` holds back. */
export interface SetAside {
  readonly by: 'idle' | 'peak';
  readonly list: Picos | null;
  readonly effective: Picos;
  readonly instanceNanos: bigint;
}

/**
 * What a line was charged in one charge period, by one price or one split; see `LineAmounts` for the units. The amounts of a
 * line that is made when the month is settled are zero here: `setAside` is then what was settled.
 */
export interface ExplainedCharge {
  readonly chargePeriod: EpochMs;
  /** Charges of single dimensions (key, user, region, tags) that are summed here. */
  readonly charges: number;
  readonly requests: bigint;
  readonly quantity: bigint;
  readonly list: Picos | null;
  readonly effective: Picos | null;
  /** Null for what a provider bills, and where no record says. */
  readonly poolCost: PoolPeriodCost | null;
  /** From what the pool cost to the amount, in order. */
  readonly splits: readonly SplitShare[];
  /** What one unit of the quantity costs where all of it has one price; null where cost follows from a split. */
  readonly unitPrice: { readonly list: Picos | null; readonly effective: Picos } | null;
  readonly setAside: SetAside | null;
  readonly why: Unexplained | null;
}
