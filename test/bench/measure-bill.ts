import { Client } from 'pg';
import { setUpPool } from '../support/billing.js';
import { type Product, startProduct } from '../support/product.js';
import { BENCH_PERIOD } from './events.js';
import { peakRssMib } from './server-memory.js';

export interface BillResult {
  readonly events: number;
  readonly buckets: number;
  /** The draft statement over HTTP, from the buckets; the best of a few. */
  readonly billSeconds: number;
  /** The chargeback CSV over HTTP, to its last byte. */
  readonly exportSeconds: number;
  /** `GROUP BY` over the raw events to what the bill needs: charge period and dimension. */
  readonly rawByPeriodSeconds: number;
  /** `GROUP BY` over the raw events to team, model and provider or pool, without charge periods: no bill can be made of it. */
  readonly rawByTeamSeconds: number;
  readonly idleRssMib: number | undefined;
  readonly peakRssMib: number | undefined;
}

const MONTH_SECONDS = 31 * 24 * 3600;
const TEAMS = ['search', 'support', 'coding', 'docs', 'risk', 'growth', 'voice', 'research'];
const SERVED = [
  { model: 'llama-3.3-70b', pool: 'h100-east' },
  { model: 'qwen3-32b', pool: 'h100-east' },
  { model: 'deepseek-v3.1', pool: 'h200-west' },
  { model: 'gpt-oss-120b', pool: 'h200-west' },
  { model: 'gpt-4o-mini', provider: 'openai' },
  { model: 'claude-3-5-haiku-latest', provider: 'anthropic' },
];
const REPEATS = 10;

/** Bills a month of events that lie in the tables already, as the product would have put them there. */
export async function measureBill(databaseUrl: string, events: number): Promise<BillResult> {
  const product = await startProduct({ databaseUrl, env: { APPORTION_STATEMENT_TIMEOUT_MS: '3600000' } });
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await setUp(product);
    await fill(client, events);
    const idleRssMib = peakRssMib(product.pid);
    const billSeconds = await best(() => fetchWhole(product, `/v1/statements/${BENCH_PERIOD}`));
    const exportSeconds = await best(() => fetchWhole(product, `/v1/statements/${BENCH_PERIOD}/chargeback.csv`));
    const { rows } = await client.query<{ n: string }>('select count(*) as n from metered_usage');
    return {
      events,
      buckets: Number(rows[0]?.n),
      billSeconds,
      exportSeconds,
      rawByPeriodSeconds: await best(() => client.query(RAW_BY_PERIOD), 2),
      rawByTeamSeconds: await best(() => client.query(RAW_BY_TEAM), 2),
      idleRssMib,
      peakRssMib: peakRssMib(product.pid),
    };
  } finally {
    await client.end();
    await product.stop();
  }
}

/** The pools, what they cost, and one real event of each dimension, so that the product makes dimensions and partition. */
async function setUp(product: Product): Promise<void> {
  for (const pool of ['h100-east', 'h200-west']) {
    await setUpPool(product, {
      pool,
      hourlyRate: '55.04',
      from: '2024-10-01T00:00:00Z',
      to: '2024-11-01T00:00:00Z',
      weights: { inputUncached: '1', cacheRead: '0.1', output: '2' },
      idle: 'proportional',
    });
  }
  const dimensions = TEAMS.flatMap((team) => SERVED.map((served) => ({ team, ...served })));
  const body = dimensions.map((dimension, i) => ({
    source: 'seed',
    id: `seed-${i}`,
    occurredAt: '2024-10-01T00:00:00Z',
    ...dimension,
    tokens: { inputUncached: 1, cacheRead: 0, output: 1, reasoning: 0 },
  }));
  const response = await product.request('POST', '/v1/events', body, { prefer: 'wait=30' });
  if (response.status !== 200) throw new Error(`seeding: ${response.status} ${await response.text()}`);
}

const TOKENS = ['input_uncached', 'cache_read', 'cache_write_5m', 'cache_write_1h', 'output', 'reasoning'];
const SUMS = [...TOKENS, 'inference_micros'].map((column) => `sum(${column}) as ${column}`).join(', ');

const RAW_BY_PERIOD = `
  select date_bin('15 minutes', occurred_at, '2000-01-01T00:00:00Z') as charge_period, dimension_id, count(*), ${SUMS}
  from usage_event where account_id = 1 and occurred_at >= '2024-10-01T00:00:00Z' and occurred_at < '2024-11-01T00:00:00Z'
  group by 1, 2 order by 1, 2`;

const RAW_BY_TEAM = `
  select team, model, provider, pool, count(*), ${SUMS}
  from usage_event join usage_dimension using (account_id, dimension_id)
  where account_id = 1 and occurred_at >= '2024-10-01T00:00:00Z' and occurred_at < '2024-11-01T00:00:00Z'
  group by 1, 2, 3, 4 order by 1, 2, 3, 4`;

/** Events spread over the month and the dimensions, and their buckets: the sums that ingest would have kept. */
async function fill(client: Client, events: number): Promise<void> {
  await client.query(
    `with dimension as (select array_agg(dimension_id order by dimension_id) as ids from usage_dimension)
     insert into usage_event (account_id, identity, occurred_at, received_at, dimension_id, source_id, ${TOKENS.join(', ')},
       inference_micros, prefill_micros, decode_micros, event_id, tags)
     select 1, md5(n::text)::uuid, at, at + interval '2 seconds',
       ids[1 + (n * 7919) % array_length(ids, 1)], (select min(source_id) from event_source),
       200 + (n * 31) % 4000, (n * 17) % 3000, 0, 0, 20 + (n * 13) % 900, 0,
       150000 + (n * 101) % 8000000, null, null, 'req_' || n, '{"feature": "chat"}'
     from dimension, generate_series(1, $1::int8) as n,
       lateral (select timestamptz '2024-10-01T00:00:00Z' + n * interval '1 second' * ($2::float8 / $1) * 0.999999 as at) as moment`,
    [events, MONTH_SECONDS],
  );
  await client.query('truncate metered_usage');
  await client.query(
    `insert into metered_usage (account_id, charge_period, dimension_id, requests, ${TOKENS.join(', ')},
       inference_micros, prefill_micros, decode_micros, untimed_requests)
     select account_id, date_bin('15 minutes', occurred_at, '2000-01-01T00:00:00Z'), dimension_id, count(*),
       ${TOKENS.map((column) => `sum(${column})`).join(', ')},
       coalesce(sum(inference_micros), 0), 0, 0, count(*) filter (where inference_micros is null)
     from usage_event group by 1, 2, 3 order by 1, 2, 3`,
  );
  await client.query('vacuum analyze usage_event, metered_usage');
}

async function fetchWhole(product: Product, path: string): Promise<void> {
  const response = await product.request('GET', path);
  if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
  for await (const _ of response.body ?? []);
}

/** Seconds of the quickest of a few runs. */
async function best(work: () => Promise<unknown>, repeats = REPEATS): Promise<number> {
  let seconds = Number.POSITIVE_INFINITY;
  for (let i = 0; i < repeats; i++) {
    const started = performance.now();
    await work();
    seconds = Math.min(seconds, (performance.now() - started) / 1000);
  }
  return seconds;
}
