import { CHARGE_PERIOD_MS } from '#calendar';
import { type KeyedDimension, type MeteredUsage, TOKEN_MEASURES, USAGE_MEASURES, type UsageBlock } from '#metering';
import { CopyUsageBlockReader } from '../../libs/metering/adapter/copy-usage-block-reader.js';
import { SqlDimensionReader } from '../../libs/metering/adapter/sql-dimension-reader.js';
import { SqlUsageReader } from '../../libs/metering/adapter/sql-usage-reader.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const START = Date.UTC(2026, 9, 1);
const PERIODS = 300;
const DIMENSIONS = 40;
const month = { accountId: 1, start: START, end: START + PERIODS * CHARGE_PERIOD_MS };

/** What a block's rows say, in the words of the other reader. */
function rowsOf({ rows, chargePeriods, dimensions, measures }: UsageBlock, known: readonly KeyedDimension[]) {
  return Array.from({ length: rows }, (_, row) => {
    const at = (measure: number) => measures[row * USAGE_MEASURES.count + measure];
    return {
      chargePeriod: chargePeriods[row],
      dimensionKey: known[dimensions[row] ?? -1]?.dimensionKey,
      requests: at(USAGE_MEASURES.requests),
      tokens: Object.fromEntries(TOKEN_MEASURES.map(([tokenClass, measure]) => [tokenClass, at(measure)])),
      inferenceMicros: at(USAGE_MEASURES.inferenceMicros),
      prefillMicros: at(USAGE_MEASURES.prefillMicros),
      decodeMicros: at(USAGE_MEASURES.decodeMicros),
      untimedRequests: at(USAGE_MEASURES.untimedRequests),
    };
  });
}

function plainOf({ chargePeriod, dimensionKey, requests, tokens, ...sums }: MeteredUsage) {
  return {
    chargePeriod,
    dimensionKey,
    requests: Number(requests),
    tokens: Object.fromEntries(Object.entries(tokens).map(([tokenClass, count]) => [tokenClass, Number(count)])),
    inferenceMicros: Number(sums.inferenceMicros),
    prefillMicros: Number(sums.prefillMicros),
    decodeMicros: Number(sums.decodeMicros),
    untimedRequests: Number(sums.untimedRequests),
  };
}

const inOrder = <T extends { chargePeriod: number | undefined; dimensionKey: string | undefined }>(
  rows: readonly T[],
) =>
  [...rows].sort(
    (a, b) =>
      (a.chargePeriod ?? 0) - (b.chargePeriod ?? 0) || ((a.dimensionKey ?? '') < (b.dimensionKey ?? '') ? -1 : 1),
  );

describe('buckets read as blocks', () => {
  let database: TestDatabase;
  let reader: CopyUsageBlockReader;

  beforeAll(async () => {
    database = await createTestDatabase();
    const { dataSource } = database;
    reader = new CopyUsageBlockReader(dataSource, new SqlDimensionReader(dataSource));
    await dataSource.query(
      `insert into usage_dimension (account_id, dimension_id, dimension_key, dimension_hash, team, model, pool, service_tier, context_from, status, billable_tags)
       select 1, d, 'key-' || (d * 7919 % 1009), md5(d::text)::uuid, 'team-' || d % 7, 'm', 'p', 'standard', 0, 'ok', '{}' from generate_series(1, $1::int) d`,
      [DIMENSIONS],
    );
    await dataSource.query(
      `insert into metered_usage
       select 1, $1::timestamptz + p * interval '15 minutes', d, 1 + p % 7, p * d, d, p, 0, p * 1000003, 5, p * 7, 1, 2, p % 2
         from generate_series(-5, $2::int + 5) p, generate_series(1, $3::int) d where (p + d) % 3 > 0`,
      [new Date(START).toISOString(), PERIODS, DIMENSIONS],
    );
  });
  afterAll(() => database.drop());

  async function read(pools?: readonly (string | null)[]): Promise<UsageBlock[]> {
    const blocks: UsageBlock[] = [];
    for await (const block of reader.read({ ...month, pools })) blocks.push(block);
    return blocks;
  }

  it('are the rows that the other reader gives, each once', async () => {
    const known: KeyedDimension[] = [];
    const found = (await read()).flatMap((block) => {
      known.push(...block.added);
      return rowsOf(block, known);
    });
    const expected: MeteredUsage[] = [];
    const plain = new SqlUsageReader(database.dataSource, new SqlDimensionReader(database.dataSource));
    for await (const chunk of plain.read({ ...month, origin: 'buckets' })) expected.push(...chunk);
    expect(found).toHaveLength((PERIODS * DIMENSIONS * 2) / 3);
    expect(inOrder(found)).toEqual(inOrder(expected.map(plainOf)));
  });

  it('come in order, several of them, none ending within a charge period', async () => {
    const blocks = await read();
    expect(blocks.length).toBeGreaterThan(1);
    const periods = blocks.map(({ chargePeriods }) => [...new Set(chargePeriods)]);
    expect(periods.flat()).toEqual([...new Set(periods.flat())].sort((a, b) => a - b));
  });

  it('bring each dimension once, with the first block that names it', async () => {
    const blocks = await read();
    expect(blocks[0]?.added).toHaveLength(DIMENSIONS);
    expect(blocks.slice(1).every(({ added }) => added.length === 0)).toBe(true);
  });

  it('are those of some pools alone where these are named, and of none', async () => {
    const quoted = `o'p"\\`;
    await database.dataSource.query(
      `update usage_dimension set provider = 'x', pool = case dimension_id when 1 then $1 when 2 then null else pool end`,
      [quoted],
    );
    // What a number stands for never changes, so readers remember it.
    reader = new CopyUsageBlockReader(database.dataSource, new SqlDimensionReader(database.dataSource));
    const sizes = await reader.sizes(1);
    expect(new Map(sizes.map(({ pool, dimensions }) => [pool, dimensions]))).toEqual(
      new Map([
        ['p', DIMENSIONS - 2],
        [quoted, 1],
        [null, 1],
      ]),
    );
    const plain = new SqlUsageReader(database.dataSource, new SqlDimensionReader(database.dataSource));
    for (const pools of [[quoted], [null], ['p', null], [], ['p', quoted, null]]) {
      const known: KeyedDimension[] = [];
      const found = (await read(pools)).flatMap((block) => {
        known.push(...block.added);
        return rowsOf(block, known);
      });
      expect(known.every(({ dimension: { pool } }) => pools.includes(pool))).toBe(true);
      const expected: MeteredUsage[] = [];
      for await (const chunk of plain.read({ ...month, origin: 'buckets' }))
        expected.push(...chunk.filter(({ dimension: { pool } }) => pools.includes(pool)));
      expect(inOrder(found)).toEqual(inOrder(expected.map(plainOf)));
      const only: MeteredUsage[] = [];
      for await (const chunk of plain.read({ ...month, origin: 'buckets', pools })) only.push(...chunk);
      expect(only).toEqual(expected);
    }
  });

  it('say infinity of what a double does not hold', async () => {
    await database.dataSource.query(
      `update metered_usage set output = 9007199254740993 where dimension_id = 1 and charge_period = $1`,
      [new Date(START).toISOString()],
    );
    const [block] = await read();
    const outputs = [...(block?.measures ?? [])].filter(
      (_, i) => i % USAGE_MEASURES.count === USAGE_MEASURES.tokens + 4,
    );
    expect(outputs.filter((count) => !Number.isFinite(count))).toHaveLength(1);
  });

  it('leave their connection usable when the reader stops half-way', async () => {
    for (let i = 0; i < 20; i++) for await (const block of reader.read(month)) if (block.rows > 0) break;
    expect(await database.dataSource.query('select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('are none where there is no usage', async () => {
    const blocks: UsageBlock[] = [];
    for await (const block of reader.read({ accountId: 1, start: 0, end: CHARGE_PERIOD_MS })) blocks.push(block);
    expect(blocks.map(({ rows }) => rows)).toEqual([0]);
  });
});
