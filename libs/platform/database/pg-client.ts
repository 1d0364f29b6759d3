import type { ClientBase } from 'pg';
import type { QueryRunner } from 'typeorm';

/**
 * The driver's own connection of a query runner (of a transaction: its manager's), for what TypeORM has no words for: binary parameters,
 * COPY. Released with the runner.
 */
export async function pgClientOf(runner: QueryRunner | undefined): Promise<ClientBase> {
  const client: unknown = await runner?.connect();
  if (!isClient(client)) throw new Error('the query runner has no connection of pg');
  return client;
}

function isClient(value: unknown): value is ClientBase {
  return typeof value === 'object' && value !== null && 'query' in value && 'escapeLiteral' in value;
}
