import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { type Product, startProduct } from '../support/product.js';
import type { QuotaLoadOrder, QuotaLoadReport } from './quota-load.js';

export interface QuotaPlan {
  readonly databaseUrl: string;
  /** undefined: counts in Postgres. */
  readonly redisUrl: string | undefined;
  readonly seconds: number;
}

export interface QuotaResult {
  readonly name: string;
  readonly full: QuotaLoadReport;
  readonly paced: QuotaLoadReport;
}

export interface RoundTrip {
  readonly name: string;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

const CONNECTIONS = 64;
const PACED_PER_SECOND = 2_000;
const WARM_UP_SECONDS = 3;
const ROUTE = '/v1/quota/reservations';

const quota = (subject: object) => ({
  subject,
  measure: 'total_tokens',
  window: { kind: 'calendar', unit: 'month', timeZone: 'UTC' },
  limit: '1000000000000000',
  action: 'block',
  reason: 'a measurement',
});

const bodyOf = (team: string) =>
  JSON.stringify({
    subject: { team, project: 'chat', apiKey: `${team}-key`, user: 'ann' },
    model: 'gpt-5',
    estimate: { inputTokens: 800, maxOutputTokens: 200 },
  });

/** Reservations a second through HTTP, of one process: without a quota, of one hot quota, and of five levels. */
export async function measureQuota({ databaseUrl, redisUrl, seconds }: QuotaPlan): Promise<readonly QuotaResult[]> {
  const product = await startProduct({ databaseUrl, ...(redisUrl === undefined ? {} : { redisUrl }) });
  try {
    await put(product, 'hot', { level: 'team', name: 'hot' });
    await put(product, 'deep-team', { level: 'team', name: 'deep' });
    await put(product, 'deep-project', { level: 'project', name: 'chat', team: 'deep' });
    await put(product, 'deep-key', { level: 'key', name: 'deep-key' });
    await put(product, 'deep-user', { level: 'user', name: 'ann' });
    await countedOver(databaseUrl);
    const results: QuotaResult[] = [];
    for (const [name, team] of [
      ['no quota', 'free'],
      ['one hot quota', 'hot'],
    ] as const) {
      results.push(await measureRoute(product, name, team, seconds));
    }
    await put(product, 'deep-account', { level: 'account', name: null });
    await countedOver(databaseUrl);
    return [...results, await measureRoute(product, 'five levels', 'deep', seconds)];
  } finally {
    await product.stop();
  }
}

/** A route of a bare Fastify that takes the same request. */
export async function measureBareQuotaRoute(seconds: number): Promise<QuotaResult> {
  const server = fork(join(__dirname, 'bare-route.js'), { execArgv: [] });
  try {
    const [url] = (await once(server, 'message')) as [string];
    return await measure({ url, path: '/events', key: 'none', body: bodyOf('free') }, 'bare Fastify route', seconds);
  } finally {
    server.kill();
  }
}

/** What one client of the store waits for at least, one request after the other. */
export async function measurePostgresRoundTrips(databaseUrl: string, seconds: number): Promise<readonly RoundTrip[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(
      'create table bare_count (id int primary key, used bigint not null); insert into bare_count values (1, 0)',
    );
    const update = 'update bare_count set used = used + 1 where id = 1 and used + 1 <= 1000000000000';
    return [
      await roundTrips('Postgres: select 1', seconds, () => client.query('select 1')),
      await roundTrips('Postgres: one conditional UPDATE, committed', seconds, () => client.query(update)),
    ];
  } finally {
    await client.end();
  }
}

export async function measureRedisRoundTrips(redisUrl: string, seconds: number): Promise<readonly RoundTrip[]> {
  const client = new Redis(redisUrl);
  try {
    return [await roundTrips('Redis: INCR', seconds, () => client.incr('bare'))];
  } finally {
    client.disconnect();
  }
}

async function roundTrips(name: string, seconds: number, ask: () => Promise<unknown>): Promise<RoundTrip> {
  const took: number[] = [];
  const endsAt = performance.now() + seconds * 1000;
  while (performance.now() < endsAt) {
    const from = performance.now();
    await ask();
    took.push(performance.now() - from);
  }
  took.sort((a, b) => a - b);
  const at = (part: number) => took[Math.floor(took.length * part)] ?? Number.NaN;
  return { name, perSecond: took.length / seconds, p50: at(0.5), p99: at(0.99) };
}

function measureRoute({ url, key }: Product, name: string, team: string, seconds: number): Promise<QuotaResult> {
  return measure({ url, path: ROUTE, key, body: bodyOf(team) }, name, seconds);
}

async function measure(
  route: Pick<QuotaLoadOrder, 'url' | 'path' | 'key' | 'body'>,
  name: string,
  seconds: number,
): Promise<QuotaResult> {
  const load = { ...route, connections: CONNECTIONS };
  await send({ ...load, seconds: WARM_UP_SECONDS, rate: 0 });
  const full = await send({ ...load, seconds, rate: 0 });
  return { name, full, paced: await send({ ...load, seconds, rate: PACED_PER_SECOND }) };
}

async function send(order: QuotaLoadOrder): Promise<QuotaLoadReport> {
  const child = fork(join(__dirname, 'quota-load.js'), [JSON.stringify(order)], { execArgv: [] });
  const failed = once(child, 'exit').then(([code]: unknown[]): never => {
    throw new Error(`the load generator ended (${String(code)})`);
  });
  failed.catch(() => undefined);
  const [report] = (await Promise.race([once(child, 'message'), failed])) as [QuotaLoadReport];
  return report;
}

/** What is new is counted over twice, the second time after ten seconds. That is not what is measured. */
async function countedOver(databaseUrl: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const waiting =
    'select from quota_series s where not exists (select from quota_seeded d where d.series_id = s.series_id and d.is_final)';
  try {
    while ((await client.query(waiting)).rowCount !== 0) await sleep(100);
  } finally {
    await client.end();
  }
}

async function put(product: Product, name: string, subject: object): Promise<void> {
  const answer = await product.request('PUT', `/v1/quotas/${name}`, quota(subject));
  if (!answer.ok) throw new Error(`the quota ${name} was answered ${answer.status}: ${await answer.text()}`);
}
