import type { CostRecordDraft } from './cost-record-store.js';

/**
 * A history of rates: each record without an end stands until the next one of the same instances begins, in whatever order
 * the table has them. The last one stays open.
 */
export function untilNext(records: readonly CostRecordDraft[]): CostRecordDraft[] {
  const begins = new Map<string, number[]>();
  for (const record of records) {
    const of = begins.get(instancesOf(record));
    if (of) of.push(record.validFrom);
    else begins.set(instancesOf(record), [record.validFrom]);
  }
  const nextOf = new Map([...begins].map(([instances, times]) => [instances, followers(times)]));
  return records.map((record) => {
    if (record.validTo !== null) return record;
    return { ...record, validTo: nextOf.get(instancesOf(record))?.get(record.validFrom) ?? null };
  });
}

/** The time that follows each of them. */
function followers(times: readonly number[]): Map<number, number> {
  const ascending = [...new Set(times)].sort((a, b) => a - b);
  return new Map(ascending.slice(1).map((next, i) => [ascending[i] ?? next, next]));
}

function instancesOf({ pool, provider, region, instanceType, pricingModel }: CostRecordDraft): string {
  return JSON.stringify([pool, provider, region, instanceType, pricingModel]);
}
