import type { TokenClass, TokenCounts } from '#token';

/** All that was used of a pool in one charge period: the sums over its dimensions. */
export interface PoolUse {
  readonly tokens: TokenCounts;
  readonly requests: bigint;
  readonly inferenceMicros: bigint;
  readonly prefillMicros: bigint;
  readonly decodeMicros: bigint;
}

/**
 * What a leaf's share is measured by. `tokens`: a leaf is a dimension's tokens of one class and weighs `tokens x weight`;
 * `classes` are the classes that take part, also those of weight 0. `inference_seconds`, `requests`: a leaf is a dimension.
 */
export type LeafMeasure =
  | {
      readonly unit: 'tokens';
      readonly classes: readonly TokenClass[];
      readonly weights: Readonly<Partial<Record<TokenClass, bigint>>>;
    }
  | { readonly unit: 'inference_seconds' }
  | { readonly unit: 'requests' };

/** How a charge period's cost is divided before it is split over leaves. Shares are integers of any common scale. */
export interface PeriodShares {
  /** The share of each of the basis's phases, in their order. */
  readonly phases: readonly bigint[];
  /** The share of capacity that nobody used. */
  readonly idle: bigint;
  /** The share of one instance-second x 10^-9, paid or used. Null where the basis cannot know how much was used. */
  readonly perInstanceNano: bigint | null;
}

/**
 * The rule by which a pool's cost is split, with its policy's parameters in it. Every basis is of one form: the period's
 * cost is divided over phases and idle (`shares`, from the pool's totals alone), then each phase's cost is split over the
 * leaves in proportion to weights that are linear in what was metered. Linear weights are what makes the result indifferent
 * to the order and the batches in which usage came.
 */
export interface AttributionBasis {
  readonly phases: readonly LeafMeasure[];
  /** In the order of the phases, where there are several. */
  readonly phaseNames?: readonly string[];
  /** Called only for periods with usage. `paidInstanceNanos` > 0. */
  shares(use: PoolUse, paidInstanceNanos: bigint): PeriodShares;
}

/** A basis that has one phase and takes a used period as used whole: it cannot tell how much of it stood idle. */
export function wholePeriodBasis(measure: LeafMeasure): AttributionBasis {
  const shares: PeriodShares = { phases: [1n], idle: 0n, perInstanceNano: null };
  return { phases: [measure], shares: () => shares };
}
