import { DataSource } from 'typeorm';
import { RedisConnection } from '#platform/nest';
import { RedisQuotaStore } from '../../../libs/quota/adapter/redis/redis-quota-store.js';
import type { Stores } from './world.js';

/** Stores on a Redis, each with a connection of its own. */
export async function openRedisStores(databaseUrl: string, redisUrl: string): Promise<Stores> {
  const dataSource = await new DataSource({ type: 'postgres', url: databaseUrl, poolSize: 16 }).initialize();
  const connections = await Promise.all([1, 2].map(() => RedisConnection.open(redisUrl)));
  let opened = 0;
  return {
    open() {
      opened += 1;
      const connection = connections[opened % connections.length];
      if (!connection) throw new Error('no connection');
      return new RedisQuotaStore(dataSource, connection.client);
    },
    async close() {
      for (const connection of connections) connection.onApplicationShutdown();
      await dataSource.destroy();
    },
  };
}
