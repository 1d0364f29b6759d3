import { ensureBuilt } from './built.js';
import { createTestDatabase } from './database.js';
import { type Product, startProduct } from './product.js';
import { startTestRedis } from './redis.js';

/** The two ways to run the product: nothing but Node, or with a Postgres and a Redis server. */
export type Deployment = 'the embedded default' | 'DATABASE_URL and REDIS_URL';
export const DEPLOYMENTS: readonly Deployment[] = ['the embedded default', 'DATABASE_URL and REDIS_URL'];

export interface Deployed {
  readonly product: Product;
  stop(): Promise<void>;
}

export async function deploy(deployment: Deployment): Promise<Deployed> {
  ensureBuilt();
  if (deployment === 'the embedded default') {
    const product = await startProduct();
    return {
      product,
      async stop() {
        await product.stop();
      },
    };
  }
  const [database, redis] = await Promise.all([createTestDatabase(), startTestRedis()]);
  const product = await startProduct({ databaseUrl: database.url, redisUrl: redis.url });
  return {
    product,
    async stop() {
      await product.stop();
      await redis.stop();
      await database.drop();
    },
  };
}
