import type { EntityManager } from 'typeorm';
import { pgClientOf } from './pg-client.js';

/** A statement that each connection parses and plans once. The name is its own in the whole product. */
export interface PreparedStatement {
  readonly name: string;
  readonly text: string;
}

/**
 * Runs a statement that is asked thousands of times a second, in the manager's transaction if it has one: to parse and plan it each time
 * would cost as much as what it does. Gives its rows; throws the driver's errors.
 */
export async function runPrepared<Row extends object>(
  { dataSource, queryRunner }: EntityManager,
  { name, text }: PreparedStatement,
  values: readonly unknown[],
): Promise<Row[]> {
  const own = queryRunner ? undefined : dataSource.createQueryRunner();
  try {
    const client = await pgClientOf(queryRunner ?? own);
    const { rows } = await client.query<Row>({ name, text, values: [...values] });
    return rows;
  } finally {
    await own?.release();
  }
}
