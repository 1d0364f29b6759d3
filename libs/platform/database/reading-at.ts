import type { DataSource, QueryRunner } from 'typeorm';

/** Works in a transaction that sees one moment: that of an exported snapshot or, without one, of its first look. */
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

/** Begins a transaction that only reads, at the moment of the snapshot. `commit` ends it. */
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
