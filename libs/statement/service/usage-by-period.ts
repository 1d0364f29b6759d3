import type { EpochMs } from '#calendar';
import type { MeteredUsage, MeteredUsageReader, ReadUsageInput } from '#metering';

/** All usage of one charge period. */
export interface PeriodUsage {
  readonly chargePeriod: EpochMs;
  readonly usage: readonly MeteredUsage[];
}

/** Reads an interval charge period by charge period, whatever chunks the reader gives. Only periods with usage come. */
export async function* usageByPeriod(reader: MeteredUsageReader, input: ReadUsageInput): AsyncGenerator<PeriodUsage> {
  let rows: MeteredUsage[] = [];
  for await (const chunk of reader.read(input)) {
    for (const row of chunk) {
      const chargePeriod = rows[0]?.chargePeriod;
      if (chargePeriod !== undefined && row.chargePeriod !== chargePeriod) {
        if (row.chargePeriod < chargePeriod) throw new RangeError('metered usage came out of order');
        yield { chargePeriod, usage: rows };
        rows = [];
      }
      rows.push(row);
    }
  }
  const last = rows[0];
  if (last) yield { chargePeriod: last.chargePeriod, usage: rows };
}
