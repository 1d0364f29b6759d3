import { rmSync } from 'node:fs';
import { setUpPool } from './billing.js';
import { ensureBuilt } from './built.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { temporaryFolder } from './folder.js';
import { type Product, startProduct } from './product.js';
import { startTestRedis, type TestRedis } from './redis.js';
import type { UsageEvent } from './usage.js';

/** Where the queue lives. */
export type Backend = 'Postgres' | 'Redis';
export const BACKENDS: readonly Backend[] = ['Postgres', 'Redis'];

/** An api and a worker, each a process of its own, on servers of their own, and a pool that is paid for a day. */
export interface House {
  readonly database: TestDatabase;
  readonly redis: TestRedis | undefined;
  readonly api: Product;
  readonly worker: Product;
  close(): Promise<void>;
}

export const HOUSE_PERIOD = '2024-10';
const DAY_MS = 24 * 3_600_000;
const DAY = Date.UTC(2024, 9, 14);
const TEAMS = ['search', 'support', 'coding', 'docs'];

export async function openHouse(backend: Backend, env: Readonly<Record<string, string>> = {}): Promise<House> {
  ensureBuilt();
  const database = await createTestDatabase();
  const redis = backend === 'Redis' ? await startTestRedis() : undefined;
  const dataDir = temporaryFolder('house');
  const options = { databaseUrl: database.url, dataDir, env, ...(redis ? { redisUrl: redis.url } : {}) };
  const api = await startProduct({ ...options, role: 'api' });
  const worker = await startProduct({ ...options, role: 'worker' });
  await setUpPool(api, {
    pool: 'h100',
    hourlyRate: '55.04',
    from: new Date(DAY).toISOString(),
    to: new Date(DAY + DAY_MS).toISOString(),
    weights: { inputUncached: '1', cacheRead: '0.1', output: '2' },
  });
  return {
    database,
    redis,
    api,
    worker,
    async close() {
      await Promise.all([api.stop(), worker.stop()]);
      await redis?.stop();
      await database.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** The n-th event of the house's traffic, somewhere in its day. */
export function houseEvent(n: number): UsageEvent {
  return {
    source: 'gateway',
    id: `req-${n}`,
    occurredAt: new Date(DAY + ((n * 7_919) % DAY_MS)).toISOString(),
    team: TEAMS[n % TEAMS.length] ?? '',
    model: n % 3 === 0 ? 'llama-3.3-70b' : 'qwen3-32b',
    pool: 'h100',
    tokens: { inputUncached: 1 + ((n * 31) % 4001), cacheRead: n % 97, output: (n * 7) % 509, reasoning: n % 11 },
  };
}
