import {
  type ConnectionOptions,
  createPostgresBackend,
  createRedisBackend,
  type PostgresConnectionOptions,
  setDefaultBackendFactory,
} from 'bullmq';
import { Pool } from 'pg';
import { SYNCHRONOUS_COMMIT, sessionOptions } from '../database/session-settings.js';
import { connectionOptions } from '../redis/redis-client.js';

/** Where the queues live. */
export type QueueBackend =
  | { readonly kind: 'postgres'; readonly pool: Pool }
  | { readonly kind: 'redis'; readonly url: string };

/** Queries of all queues and workers of this process, and one connection more for each worker that listens. */
const POOL_SIZE = 8;
const STATEMENT_TIMEOUT_MS = 30_000;

/**
 * Lets each queue, worker and listener have the backend its connection is for. BullMQ has one default for the process, which
 * is Redis, and its listeners take no other way.
 */
export function installBackends(): void {
  setDefaultBackendFactory((name, options, blocking) => {
    const connection: unknown = options.connection;
    return connection instanceof Pool
      ? createPostgresBackend(name, { ...options, connection: asBullPool(connection) }, blocking)
      : createRedisBackend(name, options, blocking);
  });
}

/** The pool that all queues and workers of this process share. Its owner ends it after they have closed. */
export function createQueuePool(databaseUrl: string): Pool {
  const pool = new Pool({
    connectionString: databaseUrl,
    max: POOL_SIZE,
    ...sessionOptions({ applicationName: 'apportion-queue', statementTimeoutMs: STATEMENT_TIMEOUT_MS }),
    options: `-c search_path=bullmq ${SYNCHRONOUS_COMMIT}`,
  });
  // An idle connection that breaks is replaced at the next use; unheard, the event would end the process.
  pool.on('error', () => undefined);
  return pool;
}

/** For workers: they wait for a lost Redis as long as it takes. */
export function workerConnection(backend: QueueBackend): ConnectionOptions {
  if (backend.kind === 'postgres') return poolConnection(backend.pool);
  return { ...connectionOptions(backend.url), maxRetriesPerRequest: null };
}

/** The options' type knows Redis alone; the backend factory above knows the pool again. */
export function poolConnection(pool: Pool): ConnectionOptions {
  const connection: unknown = pool;
  return connection as ConnectionOptions;
}

/** BullMQ describes the part of `pg` it uses in types of its own, which the overloads of pg's do not fit. */
function asBullPool(pool: Pool): PostgresConnectionOptions {
  const connection: unknown = pool;
  return connection as PostgresConnectionOptions;
}
