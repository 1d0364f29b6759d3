import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Cluster, Redis } from 'ioredis';
import { errorText } from '../error-code.js';
import { createAnyRedisClient } from './redis-client.js';

const PATIENCE_MS = 2_000;
const LOG_EVERY_MS = 10_000;

/** A connection to a Redis, whichever kind the address is of, until the application closes. */
export class RedisConnection implements OnApplicationShutdown {
  private readonly logger = new Logger('Redis');
  private lastLoggedAt = -Infinity;

  private constructor(readonly client: Redis | Cluster) {
    client.on('error', (error: Error) => this.complain(error));
  }

  /** Waits a moment for it; one out of reach is tried on and on, and its commands fail meanwhile. */
  static async open(url: string): Promise<RedisConnection> {
    const connection = new RedisConnection(createAnyRedisClient(url));
    const given = new AbortController();
    const ready = once(connection.client, 'ready', { signal: given.signal }).catch(() => undefined);
    await Promise.race([ready, sleep(PATIENCE_MS, undefined, { ref: false })]);
    given.abort();
    return connection;
  }

  onApplicationShutdown(): void {
    this.client.disconnect();
  }

  /** A lost Redis reports itself several times a second. */
  private complain(error: Error): void {
    const now = performance.now();
    if (now - this.lastLoggedAt < LOG_EVERY_MS) return;
    this.lastLoggedAt = now;
    this.logger.warn(`the Redis of quotas is out of reach: ${errorText(error)}`);
  }
}
