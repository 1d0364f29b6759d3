import type { DataSource } from 'typeorm';
import { formatInstant } from '#calendar';
import { readingAt } from '#platform';
import type { UnitUsage } from '../domain/index.js';
import type { DimensionReader } from '../service/dimension-reader.js';
import type { UnitUsageReader } from '../service/unit-usage-reader.js';
import type { ReadBlocksInput } from '../service/usage-block-reader.js';
import { ofPools } from './of-pools.js';
import { type UnitsRow, unitsFromRow } from './units-row.js';

const PAGE_ROWS = 4_000;

/** Pages by key: no connection is held between them. */
const selectPage = (pools: string) => `
  select (extract(epoch from charge_period) * 1000)::bigint as "periodMs", dimension_id as "dimensionId",
    jsonb_object_agg(unit, quantity::text) as units
  from metered_unit
  where account_id = $1 and charge_period >= $2 and charge_period < $3 and (charge_period, dimension_id) > ($4, $5::int) ${pools}
  group by charge_period, dimension_id order by charge_period, dimension_id limit ${PAGE_ROWS}`;

interface Row {
  readonly periodMs: string;
  readonly dimensionId: number;
  readonly units: UnitsRow;
}

export class SqlUnitUsageReader implements UnitUsageReader {
  constructor(
    private readonly dataSource: DataSource,
    private readonly dimensions: DimensionReader,
  ) {}

  async *read({ accountId, start, end, snapshot, pools }: ReadBlocksInput): AsyncGenerator<readonly UnitUsage[]> {
    let [after, afterId] = [formatInstant(start), 0];
    const page = selectPage(pools ? ofPools('$1', '$6::text[]') : '');
    for (;;) {
      const parameters = [
        accountId,
        formatInstant(start),
        formatInstant(end),
        after,
        afterId,
        ...(pools ? [pools] : []),
      ];
      const rows = await readingAt(this.dataSource, snapshot, (runner) =>
        runner.manager.query<Row[]>(page, parameters),
      );
      const last = rows.at(-1);
      if (!last) return;
      yield await this.toUsage(accountId, rows);
      if (rows.length < PAGE_ROWS) return;
      [after, afterId] = [formatInstant(Number(last.periodMs)), last.dimensionId];
    }
  }

  private async toUsage(accountId: number, rows: readonly Row[]): Promise<UnitUsage[]> {
    const dimensions = await this.dimensions.find(accountId, new Set(rows.map(({ dimensionId }) => dimensionId)));
    return rows.map(({ periodMs, dimensionId, units }) => {
      const keyed = dimensions.get(dimensionId);
      if (!keyed) throw new Error(`a sum of units names the dimension ${dimensionId}, which is not there`);
      return { chargePeriod: Number(periodMs), ...keyed, units: unitsFromRow(units) };
    });
  }
}
