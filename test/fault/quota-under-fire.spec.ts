import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '#platform/nest';
import { ensureBuilt } from '../support/built.js';
import { eventually } from '../support/eventually.js';
import { temporaryFolder } from '../support/folder.js';
import { BACKENDS } from '../support/house.js';
import { type Product, startProduct } from '../support/product.js';
import { runClients } from '../support/quota/clients.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';

/** Reservations of each run; a million of them take an hour. */
const RUNS = Number(process.env.APPORTION_QUOTA_RUNS ?? 1_200);
/** How long a run that goes on is left alone before all is killed again. */
const PEACE_MS = 60_000;
/** However fast a machine is, its clients are there when the first of them are killed. */
const FIRST_DISASTERS_MS = 3_000;
const CLIENTS = 64;
const PROCESSES = 4;
/** 64 clients want 128 at once; some sixteen are used for good. */
const LIMIT = 72;

const quota = (level: string, name: string | null, limit: number) => ({
  subject: { level, name },
  measure: 'output_tokens',
  window: { kind: 'total', from: '2020-01-01T00:00:00Z', until: '2100-01-01T00:00:00Z' },
  limit: String(limit),
  action: 'block',
  reason: 'a test',
});

/** The first is the tightest. */
const SHAPES = [
  ['one hot quota', (run: string) => ({ team: quota('team', run, LIMIT) })],
  [
    'a hierarchy of five levels',
    (run: string) => ({
      project: { ...quota('project', 'chat', LIMIT), subject: { level: 'project', name: 'chat', team: run } },
      team: quota('team', run, LIMIT + 5),
      key: quota('key', `key of ${run}`, LIMIT + 10),
      user: quota('user', null, LIMIT - 1),
      account: quota('account', null, 100_000_000),
    }),
  ],
] as const;

const SUM = `
  select
    (select coalesce(sum(used + settled), 0) from quota_count where series_id = $1)::int as counted,
    (select coalesce(sum(held), 0) from quota_count where series_id = $1)::int as held,
    (select coalesce(sum((share->>3)::numeric), 0) from quota_reservation r, jsonb_array_elements(r.shares) share
      where r.state = 'active' and share->>0 = $1::text)::int as active`;

interface Sums {
  readonly counted: number;
  readonly held: number;
  readonly active: number;
}

describe.each(BACKENDS)('with counts in %s, 64 clients of four api processes', (backend) => {
  const folder = temporaryFolder('quota-postgres');
  const dataDir = temporaryFolder('quota-product');
  let postgres: EmbeddedPostgres | undefined;
  let databaseUrl = '';
  let redis: TestRedis | undefined;
  let products: Product[] = [];

  beforeAll(async () => {
    ensureBuilt();
    // Of its own, for it is going to crash.
    postgres = await startEmbeddedPostgres(folder);
    databaseUrl = await newDatabase(postgres.url);
    redis = backend === 'Redis' ? await startTestRedis() : undefined;
    const options = { databaseUrl, dataDir, ...(redis ? { redisUrl: redis.url } : {}) };
    const first = await startProduct({ ...options, role: 'all' });
    const others = Array.from({ length: PROCESSES - 1 }, () => startProduct({ ...options, role: 'api' }));
    products = [first, ...(await Promise.all(others))];
  }, 600_000);
  afterAll(async () => {
    await Promise.all(products.map((product) => product.stop()));
    await redis?.stop();
    await postgres?.close();
    for (const made of [folder, dataDir]) rmSync(made, { recursive: true, force: true });
  });

  const [killed, other] = [1, 2];
  const restart = async (which: number): Promise<void> => {
    await products[which]?.kill();
    await products[which]?.start();
  };
  /** A backend that is killed has the server end all others and recover from its log. */
  const crashPostgres = () =>
    withClient(databaseUrl, async (client) => {
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
      process.kill(rows[0]?.pid ?? 0, 'SIGKILL');
    });
  const loseRedis = async (): Promise<void> => {
    const port = Number(new URL(redis?.url ?? '').port);
    await redis?.stop();
    redis = await startTestRedis({}, port);
  };

  // Each backend and each shape; all pairs of them when there is time.
  const isWhole = process.env.APPORTION_QUOTA_RUNS !== undefined;
  const shapes = SHAPES.filter((_, i) => isWhole || (i === 0) === (backend === BACKENDS[0]));
  it.each(shapes)(
    'hold no more than the limit of %s, whatever is killed, and leave nothing held',
    async (shape, quotasOf) => {
      const run = shape.replaceAll(' ', '-');
      const series: string[] = [];
      for (const [level, body] of Object.entries(quotasOf(run))) {
        const put = await products[0]?.request('PUT', `/v1/quotas/${run}-${level}`, body);
        expect(put?.status).toBe(201);
        series.push(await seriesOf(databaseUrl, `${run}-${level}`));
      }
      const clients = runClients({
        urls: products.map(({ url }) => url),
        key: products[0]?.key ?? '',
        ...{ clients: CLIENTS, processes: 2, rounds: RUNS, atLeastMs: FIRST_DISASTERS_MS, users: 16 },
        ...{ shortMs: 500, longMs: 20_000, holdMs: 10 },
        subject: { team: run, project: 'chat', apiKey: `key of ${run}` },
      });
      let over = false;
      clients.finally(() => (over = true)).catch(() => undefined);
      const isOver = () => over;
      const worst = watch(databaseUrl, series[0] ?? '', isOver);
      do {
        await sleep(1_000);
        await restart(killed);
        await crashPostgres();
        await restart(other);
        if (redis) await loseRedis();
        await Promise.race([clients, sleep(PEACE_MS, undefined, { ref: false })]);
      } while (!isOver());
      const report = await clients;
      console.log(`${backend}, ${shape}: ${JSON.stringify(report)}, ${await worst} at most in Postgres`);

      expect(report.most).toBeLessThanOrEqual(LIMIT);
      expect(await worst).toBeLessThanOrEqual(LIMIT);
      for (const count of ['admitted', 'refused', 'unanswered', 'left', 'settledFor'] as const)
        expect(report[count]).toBeGreaterThan(0);
      await eventually(async () => {
        const sums = await Promise.all(series.map((id) => sumsOf(databaseUrl, id)));
        expect(sums).toEqual(series.map(() => ({ counted: report.settledFor, held: 0, active: 0 })));
      }, 90_000);
    },
    Math.max(240_000, RUNS * 10),
  );
});

async function newDatabase(serverUrl: string): Promise<string> {
  await withClient(serverUrl, (client) => client.query('create database quota'));
  const url = new URL(serverUrl);
  url.pathname = '/quota';
  return url.href;
}

async function seriesOf(url: string, name: string): Promise<string> {
  return withClient(url, async (client) => {
    const sql = 'select series_id::text as id from quota_version where quota = $1 limit 1';
    const { rows } = await client.query<{ id: string }>(sql, [name]);
    return rows[0]?.id ?? '';
  });
}

async function sumsOf(url: string, seriesId: string): Promise<Sums> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<Sums>(SUM, [seriesId]);
    if (!rows[0]) throw new Error('no sums');
    return rows[0];
  });
}

/** The most that Postgres ever knew to be counted or held at once. Its crashes are sat out. */
async function watch(url: string, seriesId: string, isOver: () => boolean): Promise<number> {
  let most = 0;
  while (!isOver()) {
    const sums = await sumsOf(url, seriesId).catch(() => undefined);
    if (sums) most = Math.max(most, sums.counted + sums.active);
    await sleep(20);
  }
  return most;
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  // The server's crash is heard by whoever waits for an answer.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
