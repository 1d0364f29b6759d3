import { Processor, WorkerHost } from '@nestjs/bullmq';
import { type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Job } from 'bullmq';
import { systemClock } from '#calendar';
import { QUEUE, type QueuePort, READINESS, type Readiness, readEnvironment } from '#platform';
import { assertRedisIsSafe, PlatformModule, WORKER_OPTIONS } from '#platform/nest';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';

const seen: string[] = [];
let release: (() => void) | undefined;

@Processor('greetings', { ...WORKER_OPTIONS, concurrency: 4 })
class GreetingProcessor extends WorkerHost {
  async process(job: Job<{ to: string }>): Promise<void> {
    if (job.name === 'slow') {
      await new Promise<void>((resolve) => {
        release = resolve;
        seen.push('begun');
      });
    }
    seen.push(job.data.to);
  }
}

async function startWorker(databaseUrl: string, redisUrl?: string): Promise<INestApplicationContext> {
  const environment = readEnvironment({
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    APPORTION_DATA_DIR: '/nowhere',
  });
  @Module({
    imports: [PlatformModule.forRoot({ environment, databaseUrl, clock: systemClock })],
    providers: [GreetingProcessor],
  })
  class WorkerModule {}
  return NestFactory.createApplicationContext(WorkerModule, { logger: false, abortOnError: false });
}

describe.each(['Postgres', 'Redis'])('the queue on %s', (kind) => {
  let database: TestDatabase;
  let redis: TestRedis | undefined;
  let app: INestApplicationContext;
  let queue: QueuePort;

  beforeAll(async () => {
    database = await createTestDatabase();
    redis = kind === 'Redis' ? await startTestRedis() : undefined;
  });
  beforeEach(async () => {
    seen.length = 0;
    app = await startWorker(database.url, redis?.url);
    queue = app.get<QueuePort>(QUEUE);
    await eventually(() => queue.ping());
  });
  afterEach(() => app.close());
  afterAll(async () => {
    await redis?.stop();
    await database.drop();
  });

  it('brings every job of a group to the processor', async () => {
    const names = Array.from({ length: 200 }, (_, i) => `n${i}`);
    await queue.enqueue(
      'greetings',
      names.map((to) => ({ name: 'greet', payload: { to } })),
    );
    await eventually(() => expect([...seen].sort()).toEqual([...names].sort()));
  });

  it('finishes the job it has before it closes, and leaves the rest for the next', async () => {
    await queue.enqueue('greetings', [{ name: 'slow', payload: { to: 'late' } }]);
    await eventually(() => expect(seen).toEqual(['begun']));
    const closed = app.close();
    setTimeout(() => release?.(), 200);
    await closed;
    expect(seen).toEqual(['begun', 'late']);
  });

  it('keeps what was enqueued while no worker was there', async () => {
    await app.close();
    app = await startWorker(database.url, redis?.url);
    await eventually(() => app.get<QueuePort>(QUEUE).ping());
    await app.get<QueuePort>(QUEUE).enqueue('greetings', [{ name: 'greet', payload: { to: 'again' } }]);
    await eventually(() => expect(seen).toEqual(['again']));
  });
});

describe('the queue on a Redis that goes away', () => {
  it('fails at once, says so in readiness, and goes on when Redis is back', async () => {
    const database = await createTestDatabase();
    const redis = await startTestRedis();
    const app = await startWorker(database.url, redis.url);
    const queue = app.get<QueuePort>(QUEUE);
    const job = [{ name: 'greet', payload: { to: 'back' } }];
    seen.length = 0;
    await eventually(() => queue.enqueue('greetings', job));
    await redis.stop();
    const since = performance.now();
    await expect(queue.enqueue('greetings', job)).rejects.toThrow();
    expect(performance.now() - since).toBeLessThan(15_000);
    const report = await app.get<Readiness>(READINESS).report();
    expect(report).toMatchObject({
      state: 'degraded',
      checks: { database: { state: 'up' }, queue: { state: 'degraded' } },
    });

    seen.length = 0;
    const again = await startTestRedis({}, Number(new URL(redis.url).port));
    await eventually(() => queue.enqueue('greetings', job));
    await eventually(() => expect(seen).toContain('back'));
    await eventually(async () => expect((await app.get<Readiness>(READINESS).report()).state).toBe('up'));
    await app.close();
    await again.stop();
    await database.drop();
  });
});

describe('a Redis that could lose work', () => {
  it.each([
    [{ appendonly: 'no' }, /appendonly is no, must be yes/],
    [{ appendfsync: 'everysec' }, /appendfsync is everysec, must be always/],
    [{ 'maxmemory-policy': 'allkeys-lru' }, /maxmemory-policy is allkeys-lru, must be noeviction/],
  ])('is refused: %j', async (settings: Record<string, string>, message) => {
    const redis = await startTestRedis(settings);
    await expect(assertRedisIsSafe(redis.url, false)).rejects.toThrow(message);
    await expect(assertRedisIsSafe(redis.url, true)).resolves.toBeUndefined();
    await redis.stop();
  });

  it('is accepted with everysec when a write waits for a replica', async () => {
    const primary = await startTestRedis({ appendfsync: 'everysec', 'min-replicas-to-write': '1' });
    await expect(assertRedisIsSafe(primary.url, false)).rejects.toThrow(/a replica connected/);
    const replica = await startTestRedis({ replicaof: `127.0.0.1 ${new URL(primary.url).port}` });
    await eventually(() => assertRedisIsSafe(primary.url, false));
    await replica.stop();
    await primary.stop();
  });
});
