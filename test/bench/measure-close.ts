import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { Client } from 'pg';
import { ask } from '../support/billing.js';
import { type Product, startProduct } from '../support/product.js';
import { peakRssMib } from './server-memory.js';

export interface ClosePlan {
  readonly pools: number;
  readonly teams: number;
  readonly models: number;
  /** Charge periods in which each team uses each model on each pool. */
  readonly periods: number;
}

export interface CloseResult {
  readonly buckets: number;
  readonly lines: number;
  /** What would hold the close, which drafts the whole month: every bucket attributed, every line rounded. */
  readonly attributeSeconds: number;
  /** The same again, and its lines, its journal and its chain committed. */
  readonly closeSeconds: number;
  /** Plain SQL in double precision: each bucket's share of its pool's cost, `GROUP BY` to the same lines. */
  readonly sqlAttributeSeconds: number;
  /** The same into a table with a primary key. */
  readonly sqlCloseSeconds: number;
  readonly idleRssMib: number | undefined;
  readonly peakRssMib: number | undefined;
}

const PERIOD = '2024-10';
const HOURLY_RATE = '55.04';

/** Attributes and closes a month whose buckets lie in the table already, as ingest would have put them there. */
export async function measureClose(databaseUrl: string, plan: ClosePlan): Promise<CloseResult> {
  const product = await startProduct({ databaseUrl, env: { APPORTION_STATEMENT_TIMEOUT_MS: '3600000' } });
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await setUp(product, plan);
    await fill(client, plan);
    const idleRssMib = peakRssMib(product.pid);
    const sqlAttributeSeconds = await timed(() => client.query(`select count(*) from (${ATTRIBUTED}) lines`));
    await client.query(`create table attributed as ${ATTRIBUTED} with no data`);
    await client.query('alter table attributed add primary key (team, model, pool, token_class)');
    const sqlCloseSeconds = await timed(() => client.query(`insert into attributed ${ATTRIBUTED}`));
    const attributeSeconds = await timed(() => askPatiently(product, 'GET', `/v1/statements/${PERIOD}/close-findings`));
    const closeSeconds = await timed(() => askPatiently(product, 'POST', `/v1/statements/${PERIOD}/close`));
    return {
      buckets: await countOf(client, 'metered_usage'),
      lines: await countOf(client, 'statement_line'),
      ...{ attributeSeconds, closeSeconds, sqlAttributeSeconds, sqlCloseSeconds },
      idleRssMib,
      peakRssMib: peakRssMib(product.pid),
    };
  } finally {
    await client.end();
    await product.stop();
  }
}

async function setUp(product: Product, { pools, teams }: ClosePlan): Promise<void> {
  const names = Array.from({ length: pools }, (_, i) => `pool-${i}`);
  for (const pool of names)
    await ask(product, 'POST', '/v1/pools', {
      pool,
      attribution: { basis: 'weighted_tokens', weights: { inputUncached: '1', cacheRead: '0.1', output: '2' } },
      idle: 'proportional',
    });
  const records = names.map((pool) => ({
    ...{ pool, provider: 'aws', region: 'us-east-1', instanceType: 'p5.48xlarge', pricingModel: 'on_demand' },
    ...{ hourlyRate: HOURLY_RATE, currency: 'USD', count: '1' },
    ...{ from: '2024-10-01T00:00:00Z', to: '2024-11-01T00:00:00Z' },
  }));
  await ask(product, 'POST', '/v1/cost-records', records);
  for (let i = 0; i < teams; i += 1) await ask(product, 'PUT', `/v1/teams/team-${i}`, { costCenter: `cc-${i % 25}` });
}

/** Every team uses every model on every pool, in charge periods spread over the month. */
async function fill(client: Client, { pools, teams, models, periods }: ClosePlan): Promise<void> {
  await client.query(
    `insert into usage_dimension (account_id, dimension_key, dimension_hash, team, project, cost_center, api_key, end_user,
       provider, model, pool, region, service_tier, context_from, status, billable_tags)
     select 1, key, md5(key)::uuid, 'team-' || t, null, 'cc-' || t % 25, null, null, null, 'model-' || m, 'pool-' || p,
       null, 'standard', 0, 'ok', '{}'
     from generate_series(0, $2::int - 1) t, generate_series(0, $3::int - 1) m, generate_series(0, $1::int - 1) p,
       lateral (select format('["team-%s",null,"cc-%s",null,null,null,"model-%s","pool-%s",null,"standard","0","ok",[]]',
         t, t % 25, m, p) as key) k`,
    [pools, teams, models],
  );
  await client.query(
    `insert into metered_usage (account_id, charge_period, dimension_id, requests, input_uncached, cache_read, cache_write_5m,
       cache_write_1h, output, reasoning, inference_micros, prefill_micros, decode_micros, untimed_requests)
     select 1, timestamptz '2024-10-01T00:00:00Z' + interval '15 minutes' * ((dimension_id * 7 + n * 911) % 2976), dimension_id,
       1 + n, 200 + (dimension_id * 31 + n) % 4000, 0, 0, 0, 20 + (dimension_id * 13 + n) % 900, 0, 0, 0, 0, 1 + n
     from usage_dimension, generate_series(0, $1::int - 1) n
     order by 2, 3`,
    [periods],
  );
  await client.query('vacuum analyze usage_dimension, metered_usage');
}

/** What a reader of SQL would write: shares in double precision, nothing of it exact, rounded or summing to a cent. */
const ATTRIBUTED = `
  with leaf as (
    select charge_period, pool, team, model, class.token_class, class.tokens, class.tokens * class.weight as weight
    from metered_usage join usage_dimension using (account_id, dimension_id),
      lateral (values ('inputUncached', input_uncached, 1.0::float8), ('output', output, 2.0)) as class (token_class, tokens, weight)
    where account_id = 1
  ), total as (
    select charge_period, pool, sum(weight) as weight from leaf group by charge_period, pool
  )
  select team, model, pool, token_class, sum(tokens) as tokens, sum(${HOURLY_RATE} / 4 * leaf.weight / total.weight) as cost
  from leaf join total using (charge_period, pool) group by team, model, pool, token_class`;

/** `fetch` waits five minutes for an answer to begin, which on a busy machine is not enough. */
async function askPatiently({ url, key }: Product, method: string, path: string): Promise<void> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const sent = request(`${url}${path}`, { method, headers }).end(method === 'GET' ? undefined : '{}');
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  const { statusCode = 0 } = response;
  if (statusCode >= 300) throw new Error(`${method} ${path}: ${statusCode}`);
}

async function countOf(client: Client, table: string): Promise<number> {
  const { rows } = await client.query<{ n: string }>(`select count(*) as n from ${table}`);
  return Number(rows[0]?.n);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}
