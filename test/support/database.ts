import { DataSource, type DataSourceOptions } from 'typeorm';
import { createDatabase, dropDatabase, joinServer, leaveServer, newDatabaseName } from './server.js';

export interface TestDatabase {
  readonly url: string;
  /** Of its own, not the application's. */
  readonly dataSource: DataSource;
  drop(): Promise<void>;
}

export interface TestDatabaseOptions {
  /** For tests that use repositories. */
  readonly entities?: NonNullable<DataSourceOptions['entities']>;
  /** false: without any table. */
  readonly migrated?: boolean;
}

/** A fresh database, migrated unless asked otherwise, on a server that all tests of the run share. Drop it after use. */
export async function createTestDatabase({
  entities = [],
  migrated = true,
}: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const serverUrl = await joinServer();
  const name = newDatabaseName();
  const url = await createDatabase(serverUrl, name, migrated);
  const dataSource = new DataSource({ type: 'postgres', url, poolSize: 4, entities });
  await dataSource.initialize();
  return {
    url,
    dataSource,
    async drop() {
      if (dataSource.isInitialized) await dataSource.destroy();
      await dropDatabase(serverUrl, name);
      await leaveServer();
    },
  };
}
