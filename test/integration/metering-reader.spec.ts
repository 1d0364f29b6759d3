import { METERED_USAGE_READER, type MeteredUsage, type MeteredUsageReader, type UsageOrigin } from '#metering';
import { startTestApp, type TestApp } from '../support/app.js';
import { sendAndWait, usageEvent } from '../support/usage-events.js';

const START = Date.UTC(2026, 9, 1);
const END = Date.UTC(2026, 10, 1);

describe('reading metered usage', () => {
  let app: TestApp;
  let reader: MeteredUsageReader;
  beforeAll(async () => {
    app = await startTestApp({ env: { APPORTION_BILLABLE_TAGS: 'env', APPORTION_DATABASE_POOL_SIZE: '12' } });
    reader = app.app.get<MeteredUsageReader>(METERED_USAGE_READER, { strict: false });
    const teams = ['b', 'a', 'é', 'B'];
    const events = [START - 1, START, START + 899_999, START + 900_000, END - 1, END].flatMap((at, i) =>
      teams.map((team) =>
        usageEvent(`${team}${i}`, {
          team,
          occurredAt: new Date(at).toISOString(),
          tags: { env: 'x' },
          inferenceMs: i || null,
        }),
      ),
    );
    await sendAndWait(app, events);
  });
  afterAll(() => app.close());

  const read = async (origin: UsageOrigin, start = START, end = END) => {
    const usage: MeteredUsage[] = [];
    for await (const chunk of reader.read({ accountId: 1, start, end, origin })) usage.push(...chunk);
    return usage;
  };

  it.each<UsageOrigin>(['buckets', 'events'])(
    'takes the interval half open, in the order promised, from %s',
    async (origin) => {
      const usage = await read(origin);
      const periods = [START, START + 900_000, END - 900_000];
      expect(usage.map(({ chargePeriod, dimension }) => [chargePeriod, dimension.team])).toEqual(
        periods.flatMap((period) => ['B', 'a', 'b', 'é'].map((team) => [period, team])),
      );
      expect(usage[0]).toMatchObject({
        requests: 2n,
        tokens: { inputUncached: 2400n, cacheRead: 1600n, cacheWrite5m: 0n, output: 700n },
        inferenceMicros: 3000n,
        prefillMicros: 0n,
        untimedRequests: 0n,
        dimension: {
          team: 'B',
          pool: 'h100-east',
          provider: null,
          costCenter: null,
          contextFrom: 0n,
          billableTags: { env: 'x' },
        },
      });
    },
  );

  it('says the same from both', async () => {
    expect(await read('buckets')).toEqual(await read('events'));
  });

  it('gives its connection back when the reader stops half-way or the interval is empty', async () => {
    for (let i = 0; i < 20; i += 1) {
      for await (const chunk of reader.read({ accountId: 1, start: START, end: END, origin: 'buckets' })) {
        expect(chunk.length).toBeGreaterThan(0);
        break;
      }
      expect(await read('events', END + 900_000, END + 1_800_000)).toEqual([]);
    }
  });

  it('reads a hundred thousand buckets', async () => {
    await app.database.dataSource.query(`
      insert into metered_usage select account_id, '2021-01-01Z'::timestamptz + n * interval '15 minutes', dimension_id,
        requests, input_uncached, cache_read, cache_write_5m, cache_write_1h, output, reasoning, inference_micros,
        prefill_micros, decode_micros, untimed_requests
      from (select distinct on (dimension_id) * from metered_usage) one, generate_series(1, 25000) n`);
    const usage = await read('buckets', Date.UTC(2021, 0, 1), Date.UTC(2022, 0, 1));
    expect(usage).toHaveLength(100_000);
  });
});
