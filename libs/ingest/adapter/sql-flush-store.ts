import type { DataSource } from 'typeorm';
import { pgClientOf, withTransaction } from '#platform';
import type { FlushStore, FlushTransaction } from '../service/flush-store.js';
import { EventIdentities } from './event-identities.js';
import { SqlFlushTransaction } from './sql-flush-transaction.js';

/** The worker's transactions over the inbox and the known events. */
export class SqlFlushStore implements FlushStore {
  private readonly identities = new EventIdentities();

  constructor(private readonly dataSource: DataSource) {}

  transact<T>(work: (transaction: FlushTransaction) => Promise<T>): Promise<T> {
    return withTransaction(this.dataSource, async (manager) =>
      work(new SqlFlushTransaction(await pgClientOf(manager.queryRunner), this.identities)),
    );
  }
}
