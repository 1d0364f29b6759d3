import type { EpochMs } from '#calendar';
import type { UsageDimension } from '#metering/domain';

/** One part of what a line would show together. */
export interface Facet {
  /** Opaque to all that bills; equal for what shall be together. */
  readonly facet: string;
  /** Exclusive end of the time in which the dimension's usage has it. */
  readonly until: EpochMs;
}

/**
 * Says by what cost is told apart beyond the fields of lines, where it is explored. Statements have no facets. Null: cost without
 * usage behind it.
 */
export type FacetOf = (dimension: UsageDimension | null, at: EpochMs) => Facet;
