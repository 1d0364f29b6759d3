import type { EpochMs } from '#calendar';
import type { DimensionReader } from '#metering';
import { type QuotaIndex, UsageCounter, type UsageRecord } from '../domain/index.js';
import type { LoadPricing } from './load-pricing.js';
import type { Payers } from './payers.js';
import type { QuotaCatalogs } from './quota-catalogs.js';
import type { QuotaStore } from './quota-store.js';
import type { UsageQueue } from './usage-queue.js';

const MICROS_PER_MS = 1000;

/** Makes counters of usage, with all that they need to know. */
export class UsageCounters {
  constructor(
    private readonly pricing: LoadPricing,
    private readonly dimensions: DimensionReader,
    private readonly payers: Payers,
  ) {}

  /** For usage of [start, end] under these dimensions. */
  async make(
    accountId: number,
    index: QuotaIndex,
    span: { readonly start: EpochMs; readonly end: EpochMs; readonly dimensionIds: ReadonlySet<number> },
  ): Promise<UsageCounter> {
    const [pricing, dimensions, businessUnitOf] = await Promise.all([
      this.pricing.of(accountId, span.start, span.end + 1),
      this.dimensions.find(accountId, span.dimensionIds),
      this.payers.businessUnits(accountId),
    ]);
    return new UsageCounter({ accountId, index, pricing, dimensions, businessUnitOf });
  }
}

/** Brings metered usage into the counts. */
export class CountUsage {
  constructor(
    private readonly queue: UsageQueue,
    private readonly catalogs: QuotaCatalogs,
    private readonly counters: UsageCounters,
    private readonly store: QuotaStore,
  ) {}

  /** Counts some of what waits. How many events that was; undefined: nothing waits. */
  async run(): Promise<number | undefined> {
    const taken = await this.queue.take(async ({ accountId, revision, records }) => {
      const { index } = await this.catalogs.of(accountId, revision);
      const counter = await this.counters.make(accountId, index, spanOf(records));
      for (const record of records) counter.add(record);
      const reservationIds = records.flatMap(({ reservationId }) => reservationId ?? []);
      return { counts: [...counter.counts.values()], reservationIds: [...new Set(reservationIds)] };
    });
    if (taken) await this.store.catchUp(taken.accountId);
    return taken?.events;
  }
}

/** The times and the dimensions of records; there is at least one. */
export function spanOf(records: readonly UsageRecord[]) {
  const dimensionIds = new Set<number>();
  let [start, end] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { occurredAt, text, parts } of records) {
    start = Math.min(start, occurredAt);
    end = Math.max(end, occurredAt);
    dimensionIds.add(text.dimensionId);
    for (const { dimensionId } of parts) dimensionIds.add(dimensionId);
  }
  return { start: Math.floor(start / MICROS_PER_MS), end: Math.floor(end / MICROS_PER_MS), dimensionIds };
}
