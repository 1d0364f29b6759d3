import type { EpochMs } from '#calendar';
import type { MeteredUsage, MeteredUsageReader, UnitUsageReader, UsageBlockReader } from '#metering';
import { blocksOf } from '../domain/testing.js';

const CHUNK_ROWS = 3;

/** Usage from memory: of each origin its own, in the order that readers promise, in small chunks. */
export function usageReader(origins: {
  buckets: readonly MeteredUsage[];
  events: readonly MeteredUsage[];
}): MeteredUsageReader {
  return {
    async *read({ start, end, origin }) {
      const rows = sorted(within(origins[origin], start, end));
      for (let i = 0; i < rows.length; i += CHUNK_ROWS) yield rows.slice(i, i + CHUNK_ROWS);
    },
  };
}

export function blockReader(buckets: readonly MeteredUsage[]): UsageBlockReader {
  return {
    async *read({ start, end }) {
      yield* blocksOf(within(buckets, start, end), 2);
    },
  };
}

export function unitReader(buckets: readonly MeteredUsage[]): UnitUsageReader {
  return {
    async *read({ start, end }) {
      yield within(buckets, start, end).filter(({ units }) => Object.keys(units).length > 0);
    },
  };
}

function within(rows: readonly MeteredUsage[], start: EpochMs, end: EpochMs): MeteredUsage[] {
  return rows.filter(({ chargePeriod }) => chargePeriod >= start && chargePeriod < end);
}

function sorted(rows: readonly MeteredUsage[]): MeteredUsage[] {
  return [...rows].sort((a, b) => a.chargePeriod - b.chargePeriod || (a.dimensionKey < b.dimensionKey ? -1 : 1));
}
