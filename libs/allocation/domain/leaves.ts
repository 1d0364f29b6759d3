import type { MeteredUsage } from '#metering/domain';
import { type ChargeUnit, isCharged, REQUEST_CARRIER } from '#rating/domain';
import type { TokenClass, TokenCounts } from '#token';
import type { LeafMeasure } from './attribution-basis.js';

/** The smallest thing that a phase's cost is split over. */
export interface Leaf {
  readonly row: MeteredUsage;
  readonly tokenClass: TokenClass | null;
  readonly unit: ChargeUnit;
  readonly quantity: bigint;
  readonly requests: bigint;
  readonly tokens: TokenCounts | null;
  readonly weight: bigint;
}

/**
 * The leaves of usage under a measure, in the order of the usage. Its keys are `dimensionKey` + token class: ties of equal
 * remainders go by what is charged, never by the order in which it came.
 */
export function leavesOf(usage: readonly MeteredUsage[], measure: LeafMeasure): Leaf[] {
  if (measure.unit === 'tokens') return usage.flatMap((row) => tokenLeaves(row, measure));
  const { unit } = measure;
  return usage.map((row) => {
    const quantity = unit === 'requests' ? row.requests : row.inferenceMicros;
    return { row, tokenClass: null, unit, quantity, requests: row.requests, tokens: row.tokens, weight: quantity };
  });
}

function tokenLeaves(row: MeteredUsage, { classes, weights }: Extract<LeafMeasure, { unit: 'tokens' }>): Leaf[] {
  return classes
    .filter((tokenClass) => isCharged(tokenClass, row.tokens[tokenClass], row.requests))
    .map((tokenClass) => ({
      row,
      tokenClass,
      unit: 'tokens',
      quantity: row.tokens[tokenClass],
      requests: tokenClass === REQUEST_CARRIER ? row.requests : 0n,
      tokens: null,
      weight: row.tokens[tokenClass] * (weights[tokenClass] ?? 0n),
    }));
}

export function leafKey(leaf: Leaf): string {
  return `${leaf.row.dimensionKey}\u0000${leaf.tokenClass ?? ''}`;
}
