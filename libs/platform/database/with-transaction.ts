import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource, EntityManager } from 'typeorm';
import { errorCode } from '../error-code.js';

/** Serialization failure and deadlock: the transaction did nothing and may be run again as it is. */
const RETRIED_SQL_STATES = new Set(['40001', '40P01']);
const ATTEMPTS = 6;
const BASE_DELAY_MS = 10;

/**
 * Runs the work in one transaction, again after a serialization failure or a deadlock, so it must have no effect but on
 * the database. What it throws rolls back; after the last attempt the database's error is thrown.
 */
export async function withTransaction<T>(
  dataSource: DataSource,
  work: (manager: EntityManager) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await dataSource.transaction(work);
    } catch (error) {
      if (attempt === ATTEMPTS || !isRetried(error)) throw error;
      // Full jitter: those who met once must not meet again.
      await sleep(Math.random() * BASE_DELAY_MS * 2 ** attempt);
    }
  }
}

/** The SQLSTATE of a database's error, also of one that TypeORM wrapped. */
export function sqlStateOf(error: unknown): string | undefined {
  const wrapped = typeof error === 'object' && error !== null && 'driverError' in error;
  return errorCode(error) ?? (wrapped ? sqlStateOf(error.driverError) : undefined);
}

function isRetried(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state !== undefined && RETRIED_SQL_STATES.has(state);
}
