import { runMigrations as runQueueMigrations } from 'bullmq';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from './data-source.js';

/** Spells "apportio" and stands for the right to change the product's schema. */
const MIGRATION_LOCK = '7021800332475655535';

export interface MigrationReport {
  /** Names of the migrations this call ran, in order. */
  readonly ran: readonly string[];
}

/**
 * Brings the schema up to date, the queue's tables included. Any number of processes may call it at once: one works, the
 * others wait and find nothing to do.
 */
export async function migrate(url: string): Promise<MigrationReport> {
  // The lock is the session's: it goes when we do, also when we are killed. Waiting for it may take as long as it takes.
  const client = new Client({ connectionString: url, application_name: 'apportion-migrate', keepAlive: true });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const ran = await runPending(url);
    await runQueueMigrations(client);
    return { ran };
  } finally {
    await client.end();
  }
}

async function runPending(url: string): Promise<string[]> {
  const dataSource = new DataSource(
    dataSourceOptions({ url, poolSize: 2, applicationName: 'apportion-migrate', statementTimeoutMs: 0 }),
  );
  await dataSource.initialize();
  try {
    const migrations = await dataSource.runMigrations();
    return migrations.map(({ name }) => name);
  } finally {
    await dataSource.destroy();
  }
}
