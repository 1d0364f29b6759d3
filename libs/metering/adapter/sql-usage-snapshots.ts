import type { DataSource } from 'typeorm';
import { readingAt } from '#platform';
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
