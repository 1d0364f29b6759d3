import type { DataSource, QueryRunner } from 'typeorm';
import type { UsageSnapshots } from '../service/usage-snapshots.js';

/** Snapshots that Postgres exports: they hold while the transaction that made them does. */
export class SqlUsageSnapshots implements UsageSnapshots {
  constructor(private readonly dataSource: DataSource) {}

  hold<T>(work: (snapshot: string) => Promise<T>): Promise<T> {
    return readingAt(this.dataSource, undefined, async (runner) => {
      // It waits for readings on other connections, which are bounded themselves.
      await runner.query('set local idle_in_transaction_session_timeout = 0');
      const [row] = await runner.manager.query<{ snapshot: string }[]>('select pg_export_snapshot() as snapshot');
      if (!row) throw new Error('no snapshot was exported');
      return work(row.snapshot);
    });
  }
}

/** Works in a transaction that sees one moment: that of the snapshot or, without one, of its first look. */
export async function readingAt<T>(
  dataSource: DataSource,
  snapshot: string | undefined,
  work: (runner: QueryRunner) => Promise<T>,
): Promise<T> {
  const runner = dataSource.createQueryRunner();
  try {
    await beginReading(runner, snapshot);
    try {
      return await work(runner);
    } finally {
      await runner.query('commit');
    }
  } finally {
    await runner.release();
  }
}

/** Begins a transaction that only reads. `commit` ends it. */
export async function beginReading(runner: QueryRunner, snapshot: string | undefined): Promise<void> {
  if (snapshot !== undefined && !/^[\w-]+$/.test(snapshot)) throw new RangeError('not the name of a snapshot');
  await runner.query('begin isolation level repeatable read read only');
  if (snapshot === undefined) return;
  try {
    await runner.query(`set transaction snapshot '${snapshot}'`);
  } catch (error) {
    await runner.query('rollback');
    throw error;
  }
}
