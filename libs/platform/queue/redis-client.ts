import { Redis } from 'ioredis';

export type RedisClient = Redis;

const MAX_DELAY_MS = 2_000;

/** A client that answers or fails within two seconds and reconnects for ever. */
export function createRedisClient(url: string): RedisClient {
  return new Redis(url, {
    connectionName: 'apportion',
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    connectTimeout: 2_000,
    commandTimeout: 2_000,
    retryStrategy: (attempt) => Math.min(attempt * 200, MAX_DELAY_MS),
  });
}
