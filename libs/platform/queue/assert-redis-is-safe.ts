import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { errorText } from '../error-code.js';
import { createRedisClient } from './redis-client.js';
import { assertRedisKeepsJobs, UnsafeRedisError } from './redis-safety.js';

const PATIENCE_MS = 5_000;
const POLL_MS = 250;

/**
 * Throws {@link UnsafeRedisError} when Redis could lose acknowledged jobs, unless that is allowed. A Redis out of reach keeps
 * nobody from starting: events are accepted and metered without it, and its settings are looked at when it is back.
 */
export async function assertRedisIsSafe(url: string, allowUnsafe: boolean): Promise<void> {
  const logger = new Logger('Queue');
  const client = createRedisClient(url);
  client.on('error', () => undefined);
  try {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        return await assertRedisKeepsJobs(client);
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
