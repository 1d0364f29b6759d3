import type { EpochMs } from '#calendar';
import type { PoolInputs } from '#cost-record';
import { NO_INVOICES } from '#invoice/domain';
import type { MeteredUsage, MeteredUsageReader, UnitUsageReader, UsageBlockReader } from '#metering';
import { groupBy } from '#money';
import { bookOf } from '../../rating/domain/testing.js';
import { blocksOf } from '../domain/testing.js';
import type { CloseStore } from './close-store.js';
import type { BillSources } from './load-bill-inputs.js';

const CHUNK_ROWS = 3;

/** What a bill depends on beside the usage, from memory: pools alone, in UTC unless it says otherwise. */
export function billSources({
  timeZone = 'UTC',
  pools = [],
}: {
  readonly timeZone?: string;
  readonly pools?: readonly PoolInputs[];
}): BillSources {
  const account = { accountId: 1, name: 'default', timeZone, currency: 'USD', platformTeam: 'platform' };
  return {
    accounts: { load: async () => account, list: async () => [account] },
    teams: { load: async () => [] },
    costCenters: { load: async () => [] },
    mappingRules: { load: async () => [] },
    pools: { load: async () => pools },
    priceRules: { load: async () => [] },
    sharedCosts: { load: async () => [] },
    fxRates: { load: async () => [] },
    invoices: { load: async () => NO_INVOICES },
    prices: { load: async () => bookOf({}) },
  };
}

/** Nothing was ever closed. */
export const noCloses: CloseStore = {
  find: async () => undefined,
  last: async () => undefined,
  list: async () => [],
  lines: async () => [],
  corrections: async () => [],
  postings: async () => [],
  poolsBilled: async () => [],
  stage: () => Promise.reject(new Error('not asked for here')),
  issue: async () => false,
};

/** Usage from memory: of each origin its own, in the order that readers promise, in small chunks. */
export function usageReader(origins: {
  buckets: readonly MeteredUsage[];
  events: readonly MeteredUsage[];
}): MeteredUsageReader {
  return {
    async *read({ start, end, origin, pools }) {
      const rows = sorted(within(origins[origin], start, end, pools));
      for (let i = 0; i < rows.length; i += CHUNK_ROWS) yield rows.slice(i, i + CHUNK_ROWS);
    },
  };
}

export function blockReader(buckets: readonly MeteredUsage[]): UsageBlockReader {
  return {
    async *read({ start, end, pools }) {
      yield* blocksOf(within(buckets, start, end, pools), 2);
    },
    async sizes() {
      const pools = groupBy(buckets, ({ dimension }) => JSON.stringify(dimension.pool));
      return [...pools].map(([pool, rows]) => ({ pool: JSON.parse(pool) as string | null, dimensions: rows.length }));
    },
  };
}

export function unitReader(buckets: readonly MeteredUsage[]): UnitUsageReader {
  return {
    async *read({ start, end, pools }) {
      yield within(buckets, start, end, pools).filter(({ units }) => Object.keys(units).length > 0);
    },
  };
}

function within(
  rows: readonly MeteredUsage[],
  start: EpochMs,
  end: EpochMs,
  pools: readonly (string | null)[] | undefined,
): MeteredUsage[] {
  return rows.filter(
    ({ chargePeriod, dimension }) =>
      chargePeriod >= start && chargePeriod < end && (pools?.includes(dimension.pool) ?? true),
  );
}

function sorted(rows: readonly MeteredUsage[]): MeteredUsage[] {
  return [...rows].sort((a, b) => a.chargePeriod - b.chargePeriod || (a.dimensionKey < b.dimensionKey ? -1 : 1));
}
