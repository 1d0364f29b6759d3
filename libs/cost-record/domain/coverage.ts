import type { EpochMs } from '#calendar';
import type { CapacityPurchase } from './capacity-purchase.js';
import type { CostRecord } from './cost-record.js';
import { Standing } from './standing.js';

/** A stretch of time in which nothing of what stands begins or ends. */
export interface CoveredStretch {
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** Instances of each purchase that nobody ran, scaled by 10^6; those with none are left out. */
  readonly unused: readonly (readonly [CapacityPurchase, bigint])[];
  /** Instances of each record that ran beyond all purchases; those with none are left out. */
  readonly beyond: readonly (readonly [CostRecord, bigint])[];
}

/** What purchases and records of the same capacity share: pool, provider, region, instance type and pricing model. */
export function capacityKey(of: CostRecord | CapacityPurchase): string {
  return JSON.stringify([of.pool, of.provider, of.region, of.instanceType, of.pricingModel]);
}

/**
 * Holds what ran against what was bought, in [start, end); all records and purchases are of one capacity key. At each instant as
 * many instances are covered as were bought: the dearest records first, so that what runs beyond pays the least; purchases
 * are used in the order in which they began. Until records say how many ran, all that was bought is taken as running.
 */
export function coverage(
  records: readonly CostRecord[],
  purchases: readonly CapacityPurchase[],
  start: EpochMs,
  end: EpochMs,
): CoveredStretch[] {
  const ran = records
    .filter(({ instanceMicros }) => instanceMicros > 0n)
    .sort((a, b) => compare(b.hourlyRate, a.hourlyRate) || a.validFrom - b.validFrom);
  const bought = purchases
    .filter(({ instanceMicros }) => instanceMicros > 0n)
    .sort((a, b) => a.validFrom - b.validFrom || (a.purchase < b.purchase ? -1 : 1));
  const recordedFrom = purchases[0]?.recordedFrom ?? end;
  const edges = [start, end, recordedFrom, ...[...ran, ...bought].flatMap((of) => [of.validFrom, of.validTo ?? end])];
  const times = [...new Set(edges)].filter((at) => at >= start && at <= end).sort((a, b) => a - b);
  const [running, owned] = [new Standing(ran), new Standing(bought)];
  return times.slice(1).map((to, i) => {
    const from = times[i] ?? start;
    const [standing, owed] = [running.at(from), owned.at(from)];
    const total = from < recordedFrom ? sumOf(owed) : sumOf(standing);
    return { from, to, unused: beyond(owed, total), beyond: beyond(standing, sumOf(owed)) };
  });
}

/** What is left of each when the first `covered` of all are taken away. */
function beyond<T extends { readonly instanceMicros: bigint }>(items: readonly T[], covered: bigint) {
  let left = covered;
  return items.flatMap((item): (readonly [T, bigint])[] => {
    const taken = item.instanceMicros < left ? item.instanceMicros : left;
    left -= taken;
    return taken < item.instanceMicros ? [[item, item.instanceMicros - taken]] : [];
  });
}

function sumOf(items: readonly { readonly instanceMicros: bigint }[]): bigint {
  return items.reduce((sum, { instanceMicros }) => sum + instanceMicros, 0n);
}

function compare(a: bigint, b: bigint): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
