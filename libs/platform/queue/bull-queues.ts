import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Queue } from 'bullmq';
import { inTime } from '#calendar';
import { errorText } from '../error-code.js';
import { createRedisClient, type RedisClient } from '../redis/redis-client.js';
import { poolConnection, type QueueBackend } from './backend.js';
import type { QueueJob, QueuePort } from './queue-port.js';
import { assertRedisKeepsJobs } from './redis-safety.js';

const ENQUEUE_TIMEOUT_MS = 2_000;
const LOG_EVERY_MS = 10_000;

/** What is done is in the database; of what failed a day's worth is kept to look at. */
const JOB_OPTIONS = { removeOnComplete: true, removeOnFail: { age: 86_400, count: 1_000 } };

/** The producers' side of BullMQ. */
export class BullQueues implements QueuePort, OnApplicationShutdown {
  private readonly logger = new Logger('Queue');
  private readonly queues = new Map<string, Queue>();
  private readonly redis: RedisClient | undefined;
  private lastLoggedAt = -Infinity;

  constructor(
    private readonly backend: QueueBackend,
    private readonly allowUnsafeRedis: boolean,
  ) {
    if (backend.kind === 'redis') {
      this.redis = createRedisClient(backend.url);
      this.redis.on('error', (error) => this.complain(error));
    }
  }

  async enqueue(queue: string, jobs: readonly QueueJob[]): Promise<void> {
    if (jobs.length === 0) return;
    const tooLate = () => new Error(`the queue did not answer within ${ENQUEUE_TIMEOUT_MS} ms`);
    await inTime(this.add(queue, jobs), ENQUEUE_TIMEOUT_MS, tooLate);
  }

  async ping(): Promise<void> {
    if (this.backend.kind === 'postgres') {
      await this.backend.pool.query('select 1 from bullmq.meta limit 1');
    } else if (this.redis) {
      await this.redis.ping();
      if (!this.allowUnsafeRedis) await assertRedisKeepsJobs(this.redis);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.queues.values()].map((queue) => queue.close()));
    this.redis?.disconnect();
    if (this.backend.kind === 'postgres') await this.backend.pool.end();
  }

  private async add(queue: string, jobs: readonly QueueJob[]): Promise<void> {
    const open = this.queues.get(queue) ?? (await this.openQueue(queue));
    await open.addBulk(jobs.map(({ name, payload }) => ({ name, data: payload })));
  }

  /** Kept once it works: BullMQ's queue never recovers from a first connection that failed. */
  private async openQueue(name: string): Promise<Queue> {
    if (this.redis && this.redis.status !== 'ready') throw new Error(`Redis is not connected (${this.redis.status})`);
    const queue = new Queue(name, {
      connection: this.backend.kind === 'postgres' ? poolConnection(this.backend.pool) : (this.redis ?? {}),
      defaultJobOptions: JOB_OPTIONS,
      streams: { events: { maxLen: 1_000 } },
    });
    queue.on('error', (error) => this.complain(error));
    try {
      await queue.waitUntilReady();
    } catch (error) {
      await queue.close();
      throw error;
    }
    const known = this.queues.get(name);
    if (known) {
      // Two requests opened it at once.
      await queue.close();
      return known;
    }
    this.queues.set(name, queue);
    return queue;
  }

  /** A lost Redis reports itself several times a second. */
  private complain(error: Error): void {
    const now = performance.now();
    if (now - this.lastLoggedAt < LOG_EVERY_MS) return;
    this.lastLoggedAt = now;
    this.logger.warn(`the queue is out of reach: ${errorText(error)}`);
  }
}
