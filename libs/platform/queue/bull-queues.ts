import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Queue } from 'bullmq';
import { errorText } from '../error-code.js';
import { producerConnection, type QueueBackend } from './backend.js';
import type { QueueJob, QueuePort } from './queue-port.js';
import { createRedisClient, type RedisClient } from './redis-client.js';
import { assertRedisKeepsJobs } from './redis-safety.js';

const ENQUEUE_TIMEOUT_MS = 2_000;
const LOG_EVERY_MS = 10_000;

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
    const added = this.queueOf(queue).addBulk(jobs.map(({ name, payload }) => ({ name, data: payload })));
    await within(ENQUEUE_TIMEOUT_MS, added);
  }

  async ping(): Promise<void> {
    if (this.backend.kind === 'postgres') {
      await this.backend.pool.query('select 1 from bullmq.meta limit 1');
    } else if (this.redis) {
      await within(ENQUEUE_TIMEOUT_MS, this.redis.ping());
      if (!this.allowUnsafeRedis) await assertRedisKeepsJobs(this.redis);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.queues.values()].map((queue) => queue.close()));
    this.redis?.disconnect();
    if (this.backend.kind === 'postgres') await this.backend.pool.end();
  }

  private queueOf(name: string): Queue {
    const known = this.queues.get(name);
    if (known) return known;
    const queue = new Queue(name, {
      connection: producerConnection(this.backend),
      skipWaitingForReady: true,
      // What is done is in the database; of what failed a day's worth is kept to look at.
      defaultJobOptions: { removeOnComplete: true, removeOnFail: { age: 86_400, count: 1_000 } },
      streams: { events: { maxLen: 1_000 } },
    });
    queue.on('error', (error) => this.complain(error));
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

async function within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the queue did not answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
    // When the timeout won, a late failure has been reported already.
    work.catch(() => undefined);
  }
}
