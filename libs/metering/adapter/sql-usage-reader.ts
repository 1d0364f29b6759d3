import { once } from 'node:events';
import QueryStream from 'pg-query-stream';
import type { DataSource } from 'typeorm';
import { beginReading, pgClientOf } from '#platform';
import { TOKEN_CLASSES, type TokenCounts } from '#token';
import type { KeyedDimension, MeteredUsage } from '../domain/index.js';
import type { DimensionReader } from '../service/dimension-reader.js';
import type { MeteredUsageReader, ReadUsageInput } from '../service/metered-usage-reader.js';
import { type UnitsRow, unitsFromRow } from './units-row.js';
import { selectUsage } from './usage-rows.js';

/** Rows fetched at once, and rows of a chunk unless one charge period alone has more. */
const BATCH_ROWS = 4_000;

/** Columns of `selectUsage` as the driver gives them: int8 and numeric as strings. */
type Row = readonly [periodMs: string, dimensionId: number, units: UnitsRow | null, ...sums: string[]];

/** Reads usage with a cursor, one period after the other; only one period's rows and a batch are in memory. */
export class SqlUsageReader implements MeteredUsageReader {
  constructor(
    private readonly dataSource: DataSource,
    private readonly dimensions: DimensionReader,
  ) {}

  async *read(input: ReadUsageInput): AsyncGenerator<readonly MeteredUsage[]> {
    const { accountId } = input;
    let chunk: Row[] = [];
    for await (const row of this.rows(input)) {
      if (chunk.length >= BATCH_ROWS && chunk.at(-1)?.[0] !== row[0]) {
        yield await this.toUsage(accountId, chunk);
        chunk = [];
      }
      chunk.push(row);
    }
    if (chunk.length > 0) yield await this.toUsage(accountId, chunk);
  }

  private async *rows(input: ReadUsageInput): AsyncGenerator<Row> {
    const runner = this.dataSource.createQueryRunner('slave');
    try {
      const client = await pgClientOf(runner);
      await beginReading(runner, input.snapshot);
      const [text, values] = selectUsage(input);
      const stream = client.query(new QueryStream(text, values, { batchSize: BATCH_ROWS, rowMode: 'array' }));
      const closed = once(stream, 'close');
      closed.catch(() => undefined);
      try {
        yield* stream;
      } finally {
        stream.destroy();
        // The connection is not free before the cursor is closed.
        await closed.catch(() => undefined);
        await runner.query('commit');
      }
    } finally {
      await runner.release();
    }
  }

  private async toUsage(accountId: number, rows: readonly Row[]): Promise<readonly MeteredUsage[]> {
    const dimensions = await this.dimensions.find(accountId, new Set(rows.map(([, id]) => id)));
    return rows
      .map((row) => fromRow(row, dimensions.get(row[1])))
      .sort((a, b) => a.chargePeriod - b.chargePeriod || (a.dimensionKey < b.dimensionKey ? -1 : 1));
  }
}

function fromRow([periodMs, id, units, requests, ...sums]: Row, keyed: KeyedDimension | undefined): MeteredUsage {
  if (!keyed) throw new Error(`metered usage refers to the dimension ${id}, which is not there`);
  const sum = (place: number) => BigInt(sums[place] ?? 0);
  const tokens: TokenCounts = {
    inputUncached: sum(0),
    cacheRead: sum(1),
    cacheWrite5m: sum(2),
    cacheWrite1h: sum(3),
    output: sum(4),
    reasoning: sum(5),
  };
  const [inference, prefill, decode, untimed] = [0, 1, 2, 3].map((i) => sum(TOKEN_CLASSES.length + i));
  return {
    chargePeriod: Number(periodMs),
    dimension: keyed.dimension,
    dimensionKey: keyed.dimensionKey,
    units: unitsFromRow(units),
    requests: BigInt(requests ?? 0),
    tokens,
    inferenceMicros: inference ?? 0n,
    prefillMicros: prefill ?? 0n,
    decodeMicros: decode ?? 0n,
    untimedRequests: untimed ?? 0n,
  };
}
