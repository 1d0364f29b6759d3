import { Redis } from 'ioredis';
import type { QuotaVerificationWire } from '#contract';
import { KEEP_QUOTAS, type KeepQuotas } from '#quota';
import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { putQuota } from '../support/quota/put-quota.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { sendAndWait, usageEvent } from '../support/usage-events.js';
import { type Cli, cliFor } from './cli-harness.js';

const NOON = Date.UTC(2026, 10, 25, 12);
const DAY_MS = 86_400_000;

describe('verification of quotas that Redis counts', () => {
  let redis: TestRedis;
  let client: Redis;
  let app: TestApp;
  let cli: Cli;
  let reservationId: string;
  beforeAll(async () => {
    redis = await startTestRedis({ appendonly: 'no' });
    client = new Redis(redis.url);
    client.on('error', () => undefined);
    app = await startTestApp({ env: { APPORTION_QUOTA_REDIS_URL: redis.url } });
    app.clock.set(NOON);
    cli = cliFor(app);
    await app.request('POST', '/v1/teams', { team: 'search', costCenter: 'cc-1' });
    const subject = { level: 'team', name: 'search', team: null, tagKey: null } as const;
    await putQuota(app, 'tokens', { measure: 'total_tokens', limit: 10_000n, subject });
    await putQuota(app, 'under-way', { measure: 'concurrent_requests', window: { kind: 'now' }, limit: 5n, subject });
    await putQuota(app, 'cost', { measure: 'effective_cost', limit: 10n ** 13n, subject });
    const estimate = { inputTokens: 1_000, outputTokens: 0, cost: '0.5' };
    const reserve = { subject: { team: 'search' }, model: 'gpt-4o', provider: 'openai', estimate, ttlMs: DAY_MS };
    const reserved = await app.request('POST', '/v1/quota/reservations', reserve);
    expect(reserved.status).toBe(201);
    ({ reservationId } = (await reserved.json()) as { reservationId: string });
    const event = { provider: 'openai', model: 'gpt-4o', pool: undefined, occurredAt: '2026-11-25T11:00:00Z' };
    await sendAndWait(app, usageEvent('one', { ...event, tokens: { output: 200 } }));
    await eventually(async () => expect(Object.values(await client.hgetall(key('used')))).toContain('1 0 200'));
  });
  afterAll(async () => {
    cli.remove();
    client.disconnect();
    await app.close();
    await redis.stop();
  });

  const key = (name: string) => `{quota:1}:${name}`;
  const verify = async (body: object = {}): Promise<QuotaVerificationWire> => {
    const response = await app.request('POST', '/v1/quota/verifications', body);
    expect(response.status).toBe(200);
    return (await response.json()) as QuotaVerificationWire;
  };
  /** The field of what is held with that amount. */
  const heldField = async (amount: string) => {
    const held = Object.entries(await client.hgetall(key('held')));
    return held.find(([, text]) => text === amount)?.[0] ?? 'none';
  };
  const metered = async () => {
    const metrics = await (await app.request('GET', '/metrics')).text();
    return Number(/verification_faults_total\{counts_in="redis"\} (\d+)/.exec(metrics)?.[1]);
  };

  it('says that all agree', async () => {
    expect(await verify()).toMatchObject({
      agrees: true,
      repaired: false,
      store: { outcome: 'compared', counts: 3, reservations: 1, heldCompared: true, differences: [] },
    });
    const { exitCode, stdout } = await cli.run('quota', 'verify');
    expect([exitCode, stdout]).toEqual([
      0,
      '3 counts checked against 1 event: all agree\n3 counts and 1 reservation compared in Redis: all agree\n',
    ]);
  });

  it('names what is wrong in Redis, and has it made anew', async () => {
    await client.hset(key('held'), await heldField('0 1'), '0 4');
    await client.hset(key('held'), await heldField('500 0'), '750 0');
    await client.hdel(key('entries'), reservationId);
    const looked = await verify({ repair: false });
    expect(looked).toMatchObject({ agrees: false, repaired: false, differences: [], moreDifferences: 0 });
    const part = { subject: 'search', part: 'held', expected: '0' };
    const day = '2026-11-25T00:00:00Z';
    expect(looked.store).toEqual({
      ...{ outcome: 'compared', counts: 3, reservations: 1, heldCompared: true },
      differences: [
        { ...part, quota: 'tokens', measure: 'total_tokens', windowStart: day, counted: '1000' },
        { ...part, quota: 'under-way', measure: 'concurrent_requests', windowStart: null, counted: '4' },
        { ...part, quota: 'cost', measure: 'effective_cost', windowStart: day, counted: '0.75' },
      ],
      moreDifferences: 0,
      missingReservations: [reservationId],
      moreMissingReservations: 0,
    });
    const dry = await cli.run('quota', 'verify', '--dry-run');
    expect(dry.exitCode).toBe(1);
    expect(dry.stderr).toMatch(/3 counts wrong in Redis; 1 reservation missing in Redis$/);
    expect(dry.stdout).toMatch(/^cost +search +2026-11-25T00:00:00Z +held +0\.75 +0$/m);
    expect(dry.stdout).toContain(`\nreservation ${reservationId} is missing in Redis\n`);
    const repaired = await cli.run('quota', 'verify');
    expect(repaired.exitCode).toBe(0);
    expect(repaired.stdout).toMatch(/3 counts wrong in Redis, 1 reservation missing in Redis; all made anew\n$/);
    expect(await verify()).toMatchObject({ agrees: true, store: { reservations: 1 } });
    expect(await heldField('0 1000')).toMatch(/\/search$/);
  });

  it('tells Redis of what it puts right in Postgres, and only then compares', async () => {
    await app.database.dataSource.query('update quota_count set used = used + 5 where used = 200');
    await app.request('POST', '/v1/quota/check', { subject: { team: 'search' }, model: 'gpt-4o', estimate: {} });
    expect(await verify()).toMatchObject({
      ...{ agrees: false, repaired: true, differences: [{ quota: 'tokens' }] },
      store: { differences: [], missingReservations: [] },
    });
    expect(await verify()).toMatchObject({ agrees: true });
  });

  it('is done by night too, and told as a metric', async () => {
    await client.hset(key('held'), '999/0/', '0 3');
    const keep = app.app.get<KeepQuotas>(KEEP_QUOTAS, { strict: false });
    app.clock.set(NOON + DAY_MS);
    await keep.keepHouse(new AbortController().signal);
    await eventually(async () => expect(await metered()).toBe(1));
    expect(await client.hexists(key('held'), '999/0/')).toBe(0);
  });

  it('is done of Postgres, and has failed, where Redis is out of reach', async () => {
    await redis.kill();
    await app.database.dataSource.query('update quota_count set used = used + 5 where used = 200');
    expect(await verify({ repair: false })).toMatchObject({
      ...{ agrees: false, differences: [{ quota: 'tokens' }] },
      store: { outcome: 'unavailable', reason: 'Redis is out of reach' },
    });
    const { exitCode, stdout, stderr } = await cli.run('quota', 'verify');
    expect(stdout).toMatch(/^\d counts checked against 1 event: 1 count wrong, put right$/m);
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringMatching(/the counts in Redis have not been compared: Redis is out of reach$/),
    ]);
  });
});
