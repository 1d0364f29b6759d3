import { type EpochMs, sliceAt, type TimeSlice } from '#calendar';
import type { FacetOf } from '#statement/domain';
import type { UnitCostDimension } from './unit-cost-dimension.js';

/** What a facet says. */
export interface FacetValues {
  readonly tier: string | null;
  readonly region: string | null;
  /** Start of the hour or day; null: the month is one. */
  readonly slice: EpochMs | null;
}

/** How a month is told apart to get unit costs by these dimensions: what lines show anyhow needs no facet. */
export class UnitCostFacets {
  private readonly unit: 'hour' | 'day' | undefined;
  private known: TimeSlice;

  constructor(
    private readonly by: readonly UnitCostDimension[],
    private readonly period: TimeSlice & { readonly timeZone: string },
  ) {
    this.unit = by.includes('hour') ? 'hour' : by.includes('day') ? 'day' : undefined;
    this.known = period;
    if (this.unit !== undefined) this.known = sliceAt(period.start, this.unit, period.timeZone);
  }

  readonly facetOf: FacetOf = (dimension, at) => {
    const { start, end } = this.sliceAt(at);
    const values: FacetValues = {
      tier: this.by.includes('tier') ? (dimension?.serviceTier ?? null) : null,
      region: this.by.includes('region') ? (dimension?.region ?? null) : null,
      slice: this.unit === undefined ? null : start,
    };
    return { facet: JSON.stringify(values), until: this.unit === undefined ? Number.POSITIVE_INFINITY : end };
  };

  readonly sliceOf = (at: EpochMs): EpochMs => this.sliceAt(at).start;

  /** Usage comes in the order of time, so mostly it is the slice of the time before. */
  private sliceAt(at: EpochMs): TimeSlice {
    if (this.unit === undefined) return this.period;
    if (at < this.known.start || at >= this.known.end) this.known = sliceAt(at, this.unit, this.period.timeZone);
    return this.known;
  }
}

export function readFacet(facet: string | undefined): FacetValues {
  return facet === undefined ? { tier: null, region: null, slice: null } : (JSON.parse(facet) as FacetValues);
}
