import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { Cluster } from 'ioredis';
import { errorText } from '../error-code.js';
import { createAnyRedisClient, createRedisClient } from '../redis/redis-client.js';
import { assertRedisKeepsCounts, assertRedisKeepsJobs, UnsafeRedisError } from './redis-safety.js';

const PATIENCE_MS = 5_000;
const POLL_MS = 250;

/**
 * Throws {@link UnsafeRedisError} when Redis could lose acknowledged jobs, unless that is allowed. A Redis out of reach keeps
 * nobody from starting: events are accepted and metered without it, and its settings are looked at when it is back.
 */
export async function assertRedisIsSafe(url: string, allowUnsafe: boolean): Promise<void> {
  const client = createRedisClient(url);
  await patiently(client, allowUnsafe, () => assertRedisKeepsJobs(client));
}

/** The same of the Redis of quotas, which may lose anything as long as it does not go unnoticed. */
export async function assertQuotaRedisIsSafe(url: string, allowUnsafe: boolean): Promise<void> {
  const client = createAnyRedisClient(url);
  await patiently(client, allowUnsafe, async () => {
    if (!(client instanceof Cluster)) return assertRedisKeepsCounts(client);
    const nodes = client.nodes('master');
    if (nodes.length === 0) throw new Error('the cluster is out of reach');
    for (const node of nodes) await assertRedisKeepsCounts(node);
  });
}

async function patiently(
  client: ReturnType<typeof createAnyRedisClient>,
  allowUnsafe: boolean,
  check: () => Promise<void>,
): Promise<void> {
  const logger = new Logger('Redis');
  client.on('error', () => undefined);
  try {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        return await check();
      } catch (error) {
        if (error instanceof UnsafeRedisError) {
          if (!allowUnsafe) throw error;
          return logger.warn(error.message);
        }
        if (performance.now() > deadline) return logger.warn(`starting without Redis: ${errorText(error)}`);
      }
      await sleep(POLL_MS);
    }
  } finally {
    client.disconnect();
  }
}
