import { rmSync } from 'node:fs';
import { DataSource } from 'typeorm';
import { type EmbeddedPostgres, migrate, startEmbeddedPostgres } from '#platform/nest';
import { NO_FILTER } from '#quota';
import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { temporaryFolder } from '../support/folder.js';
import { BACKENDS } from '../support/house.js';
import { putQuota } from '../support/quota/put-quota.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { Relay } from '../support/relay.js';

const LIMIT = 100;
const TTL_MS = 12 * 3_600_000;
const FOR_GOOD = { kind: 'total', from: 0, until: Date.UTC(2100, 0, 1) } as const;
const ROUTES = ['reservations', 'check', 'ext-authz', 'ext-authz-check'] as const;

const HELD = `
  select count(*)::int as held from quota_reservation, jsonb_array_elements(shares) share
  where state = 'active' and share->>1 = $1`;

interface Answer {
  readonly status: number;
  readonly uncounted: boolean;
  readonly code: string | undefined;
  /** Of the first quota; undefined: none was looked at. */
  readonly remaining: string | undefined;
}

describe.each(BACKENDS)('with counts in %s, while Postgres is away', (backend) => {
  const folder = temporaryFolder('quota-postgres');
  let postgres: EmbeddedPostgres | undefined;
  let relay: Relay;
  let redis: TestRedis | undefined;
  let dataSource: DataSource;
  let app: TestApp;

  beforeAll(async () => {
    relay = await Relay.make();
    const url = await comeBack();
    await migrate(url);
    redis = backend === 'Redis' ? await startTestRedis() : undefined;
    dataSource = await new DataSource({ type: 'postgres', url, poolSize: 2 }).initialize();
    app = await startTestApp({
      database: { url, dataSource, drop: () => Promise.resolve() },
      env: redis ? { APPORTION_QUOTA_REDIS_URL: redis.url } : {},
    });
  }, 300_000);
  afterAll(async () => {
    await app.close();
    await dataSource.destroy();
    await redis?.stop();
    await goAway();
    rmSync(folder, { recursive: true, force: true });
  });

  async function goAway(): Promise<void> {
    await postgres?.close();
    postgres = undefined;
    await relay.close();
  }

  async function comeBack(): Promise<string> {
    postgres = await startEmbeddedPostgres(folder);
    const url = new URL(postgres.url);
    await relay.open(Number(url.port));
    url.port = String(relay.port);
    return url.href;
  }

  async function ask(route: (typeof ROUTES)[number], team: string, model = 'llama'): Promise<Answer> {
    const response = route.startsWith('ext-authz')
      ? await app.request('POST', `/v1/quota/${route}/v1/chat`, '', {
          'x-apportion-authorization': `Bearer ${app.key}`,
          'x-apportion-team': team,
          'x-apportion-model': model,
          'x-apportion-ttl-ms': String(TTL_MS),
        })
      : await app.request('POST', `/v1/quota/${route}`, {
          ...{ subject: { team }, model, estimate: {} },
          ...(route === 'reservations' ? { ttlMs: TTL_MS } : {}),
        });
    const text = await response.text();
    const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
    const uncounted = body.uncounted === true || response.headers.get('x-apportion-uncounted') === 'true';
    const code = typeof body.code === 'string' ? body.code : undefined;
    return {
      status: response.status,
      uncounted,
      code,
      remaining: /;r=(\d+)/.exec(response.headers.get('ratelimit') ?? '')?.[1],
    };
  }

  const uncountedUntilNow = async () => {
    const metrics = await (await app.request('GET', '/metrics')).text();
    return Number(
      /apportion_quota_decisions_total\{decision="admitted",uncounted="true"\} (\d+)/.exec(metrics)?.[1] ?? 0,
    );
  };
  const isAdmitted = (status: number) => status === 200 || status === 201;
  const pass = (ms: number) => app.clock.set(app.clock.now() + ms);

  it('lets pass what fails open, uncounted, refuses what fails closed, and counts again afterwards', async () => {
    for (const [team, fallback] of [
      ['opens', 'open'],
      ['closes', 'closed'],
    ] as const) {
      const subject = { level: 'team', name: team, team: null, tagKey: null } as const;
      await putQuota(app, team, { subject, fallback, limit: BigInt(LIMIT), window: FOR_GOOD });
    }
    const subject = { level: 'cost_center', name: 'marketing', team: null, tagKey: null } as const;
    await putQuota(app, 'center', { subject, filter: { ...NO_FILTER, model: 'gpt-*' } });
    for (const team of ['opens', 'closes']) {
      const left: (string | undefined)[] = [];
      for (const route of ROUTES) left.push((await ask(route, team)).remaining);
      expect(left).toEqual(['99', '98', '98', '97']);
    }

    await goAway();
    // What was asked on a connection that breaks may have been done.
    await eventually(async () =>
      expect(await (await app.request('GET', '/health/ready')).text()).toContain('ECONNREFUSED'),
    );
    // None of what is looked up for a request is fresh any more, but what was used in the last day.
    for (const ms of [11_000, 11_000, 180_000]) {
      pass(ms);
      const before = await uncountedUntilNow();
      for (const route of ROUTES) {
        const answer = await ask(route, 'opens');
        expect([answer.uncounted, isAdmitted(answer.status)]).toEqual([true, true]);
        expect(await ask(route, 'closes')).toMatchObject({ status: 503, code: 'quota.counts_unavailable' });
      }
      expect(await uncountedUntilNow()).toBe(before + 2);
    }
    // Nobody can say now that the team is not of the cost centre whose quota fails closed.
    expect(await ask('reservations', 'unseen')).toMatchObject({ status: 201, uncounted: true });
    for (const route of ROUTES)
      expect(await ask(route, 'unseen', 'gpt-5')).toMatchObject({ status: 503, code: 'quota.counts_unavailable' });
    pass(100_000);
    // Nobody has said for five minutes that the key is good.
    expect(await ask('reservations', 'opens')).toMatchObject({ status: 503, code: 'server.unavailable' });

    await comeBack();
    const first = await eventually(async () => {
      const answer = await ask('reservations', 'opens');
      expect(answer).toMatchObject({ status: 201, uncounted: false });
      return answer;
    });
    expect(first.remaining).toBe(String(LIMIT - 3));
    expect(await ask('check', 'closes')).toMatchObject({ status: 200, uncounted: false, remaining: String(LIMIT - 3) });
    expect(await dataSource.query(HELD, ['opens'])).toEqual([{ held: 3 }]);
  }, 300_000);
});
