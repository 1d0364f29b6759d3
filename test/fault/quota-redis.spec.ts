import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import type { QuotaStore } from '#quota';
import { ensureBuilt } from '../support/built.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { openRedisStores } from '../support/quota/redis-stores.js';
import { CEILING, Traffic } from '../support/quota/traffic.js';
import { QuotaWorld, type Stores } from '../support/quota/world.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { startTestSentinel } from '../support/redis-sentinel.js';

const TIMES = 5;
const BETWEEN = 60;

describe('a Redis of quotas that loses what it has, under 32 callers', () => {
  let database: TestDatabase;
  let redis: Pick<TestRedis, 'stop'> | undefined;
  let stores: Stores | undefined;
  beforeAll(async () => {
    // A lost Redis is complained of.
    Logger.overrideLogger(false);
    database = await createTestDatabase();
  });
  afterEach(async () => {
    await stores?.close();
    await redis?.stop();
    stores = undefined;
    redis = undefined;
  });
  afterAll(() => database.drop());

  async function begin(settings: Record<string, string>): Promise<{ redis: TestRedis; traffic: Traffic }> {
    const started = await startTestRedis(settings);
    return { redis: started, traffic: await callOn(started) };
  }

  async function callOn(started: { readonly url: string; stop(): Promise<void> }): Promise<Traffic> {
    redis = started;
    stores = await openRedisStores(database.url, started.url);
    const processes = Array.from({ length: 4 }, () => (stores as Stores).open());
    return Traffic.start(await QuotaWorld.create(database), processes);
  }

  /** Whatever was done: no more counted than may, the callers went on, and nothing that is over is held. */
  async function expectWhole(traffic: Traffic): Promise<void> {
    await traffic.progress(BETWEEN);
    await traffic.refusal();
    await traffic.stop();
    expect(traffic.figures()).toMatchObject({ faults: [] });
    expect(traffic.most).toBeLessThanOrEqual(CEILING);
    const store: QuotaStore = (stores as Stores).open();
    const left = await traffic.left(store);
    expect(left).toEqual(await traffic.truths());
    const audit = store.audit(traffic.world.accountId, false);
    await expect(audit).resolves.toMatchObject({ heldCompared: true, differences: [], missing: [] });
  }

  async function command<T>(url: string, work: (client: Redis) => Promise<T>): Promise<T> {
    const client = new Redis(url);
    try {
      return await work(client);
    } finally {
      client.disconnect();
    }
  }

  it('by FLUSHALL, again and again', async () => {
    const { redis: flushed, traffic } = await begin({ appendonly: 'no' });
    for (let i = 0; i < TIMES; i += 1) {
      await traffic.progress(BETWEEN);
      await command(flushed.url, (client) => client.flushall());
    }
    await expectWhole(traffic);
  });

  it('by starting again empty', async () => {
    const { redis: empty, traffic } = await begin({ appendonly: 'no' });
    for (let i = 0; i < TIMES; i += 1) {
      await traffic.progress(BETWEEN);
      await empty.kill();
      // Whoever asks while it is away is told that nothing was decided; one that is back at once may miss nobody.
      if (i === 0) await eventually(() => expect(traffic.undecided).toBeGreaterThan(0));
      await empty.restart();
    }
    await expectWhole(traffic);
  });

  it('by starting again with most of it', async () => {
    const { redis: restarted, traffic } = await begin({ appendonly: 'yes', appendfsync: 'everysec' });
    for (let i = 0; i < TIMES; i += 1) {
      await traffic.progress(BETWEEN);
      await restarted.restart();
    }
    await expectWhole(traffic);
  });

  it('by falling back to what it had a while ago', async () => {
    const { redis: old, traffic } = await begin({ appendonly: 'no' });
    await traffic.progress(BETWEEN);
    await command(old.url, (client) => client.save());
    for (let i = 0; i < TIMES; i += 1) {
      await traffic.progress(BETWEEN);
      await old.restart();
    }
    await expectWhole(traffic);
  });

  it('by failing over to its replica', async () => {
    const sentinel = await startTestSentinel();
    const traffic = await callOn(sentinel);
    await traffic.progress(5 * BETWEEN);
    await sentinel.failOver();
    await expectWhole(traffic);
    expect(traffic.undecided).toBeGreaterThan(0);
  });

  it('while it is gone for longer than reservations last', async () => {
    const { redis: gone, traffic } = await begin({ appendonly: 'no' });
    await traffic.progress(BETWEEN);
    await gone.kill();
    await sleep(2_000);
    // What was decided before may be answered late.
    await eventually(async () => {
      const { admitted } = traffic;
      await sleep(200);
      expect(traffic.admitted).toBe(admitted);
    }, 10_000);
    await gone.restart();
    await expectWhole(traffic);
  });

  it('nor does it keep what processes that were killed had in hand', async () => {
    ensureBuilt();
    const { redis: kept, traffic } = await begin({ appendonly: 'no' });
    for (let kill = 0; kill < TIMES; kill += 1) {
      const orders = Array.from({ length: 2_000 }, () => {
        const claims = [1, 2, 3].map((series) => traffic.world.claim(series, 1n, { ceiling: CEILING }));
        return traffic.world.order(claims, { at: traffic.now, ttlMs: 1_000 });
      });
      const asked = JSON.stringify({ databaseUrl: database.url, redisUrl: kept.url, orders }, (_, value: unknown) =>
        typeof value === 'bigint' ? value.toString() : value,
      );
      const child = fork(join(__dirname, '../support/quota/hold-reservations.cjs'), [], {
        execArgv: [],
      });
      child.send(asked);
      await once(child, 'message');
      await sleep(kill * 7);
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    await expectWhole(traffic);
  });
});
