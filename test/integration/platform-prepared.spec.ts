import { DataSource } from 'typeorm';
import { type PreparedStatement, runPrepared, sqlStateOf } from '#platform';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

describe('runPrepared', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  beforeAll(async () => {
    database = await createTestDatabase({ migrated: false });
    // One connection: whoever does not give it back is found out.
    dataSource = await new DataSource({ type: 'postgres', url: database.url, poolSize: 1 }).initialize();
    await dataSource.query('create table said (word text not null)');
  });
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  const DIVIDE: PreparedStatement = { name: 'divide', text: 'select 84 / $1::int as value, pg_backend_pid() as pid' };
  const divide = async (by: number) =>
    (await runPrepared<{ value: number; pid: number }>(dataSource.manager, DIVIDE, [by]))[0];

  it('has a statement parsed once, and keeps the connection whatever becomes of it', async () => {
    const first = await divide(2);
    expect(first?.value).toBe(42);
    await expect(divide(0).catch(sqlStateOf)).resolves.toBe('22012');
    await expect(divide(7)).resolves.toEqual({ value: 12, pid: first?.pid });
    await expect(dataSource.query('select name from pg_prepared_statements')).resolves.toEqual([{ name: DIVIDE.name }]);
  });

  it('runs in the transaction of its manager', async () => {
    const say = { name: 'say', text: 'insert into said values ($1) returning word' };
    const rolledBack = dataSource.transaction(async (manager) => {
      await expect(runPrepared(manager, say, ['hm'])).resolves.toEqual([{ word: 'hm' }]);
      await expect(manager.query('select word from said')).resolves.toEqual([{ word: 'hm' }]);
      throw new Error('no');
    });
    await expect(rolledBack).rejects.toThrow('no');
    await expect(dataSource.query('select word from said')).resolves.toEqual([]);
  });
});
