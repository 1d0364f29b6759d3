import type { DataSourceOptions } from 'typeorm';
import { MIGRATIONS } from '../../../migrations/index.js';
import { sessionOptions } from './session-settings.js';

export interface DataSourceSettings {
  readonly url: string;
  readonly poolSize: number;
  readonly applicationName: string;
  readonly statementTimeoutMs: number;
}

/** A burst must not wait for connections to be made again that were idle for a moment, and for the server to plan on them anew. */
const IDLE_TIMEOUT_MS = 60_000;

/** TypeORM's options for the product's database. Migrations run by `migrate` alone, and the schema is never guessed. */
export function dataSourceOptions(settings: DataSourceSettings): DataSourceOptions {
  return {
    type: 'postgres',
    url: settings.url,
    applicationName: settings.applicationName,
    poolSize: settings.poolSize,
    migrations: MIGRATIONS,
    migrationsTransactionMode: 'all',
    migrationsRun: false,
    synchronize: false,
    logging: false,
    extra: { ...sessionOptions(settings), max: settings.poolSize, idleTimeoutMillis: IDLE_TIMEOUT_MS },
  };
}
