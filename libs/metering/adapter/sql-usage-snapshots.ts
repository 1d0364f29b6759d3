import type { DataSource } from 'typeorm';
import { readingAt } from '#platform';
import type { UsageSnapshots } from '../service/usage-snapshots.js';

/**
 * Snapshots at the same time; others wait. Who holds one reads beside it on up to two connections more, and a pool has at least
 * eight: with so many there is always one to go on with.
 */
const AT_ONCE = 4;

/** Snapshots that Postgres exports: they hold while the transaction that made them does. Work must not hold another. */
export class SqlUsageSnapshots implements UsageSnapshots {
  private held = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly dataSource: DataSource) {}

  async hold<T>(work: (snapshot: string) => Promise<T>): Promise<T> {
    // Who is woken takes the place of who wakes it, so the number that are held stays.
    if (this.held >= AT_ONCE) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.held += 1;
    try {
      return await this.exported(work);
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.held -= 1;
    }
  }

  private exported<T>(work: (snapshot: string) => Promise<T>): Promise<T> {
    return readingAt(this.dataSource, undefined, async (runner) => {
      // It waits for readings on other connections, which are bounded themselves.
      await runner.query('set local idle_in_transaction_session_timeout = 0');
      const [row] = await runner.manager.query<{ snapshot: string }[]>('select pg_export_snapshot() as snapshot');
      if (!row) throw new Error('no snapshot was exported');
      return work(row.snapshot);
    });
  }
}
