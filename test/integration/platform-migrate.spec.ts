import { DataSource } from 'typeorm';
import { migrate } from '#platform/nest';
import { AddModalities1793000008000 } from '../../migrations/1793000008000-add-modalities.js';
import { MIGRATIONS } from '../../migrations/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';

describe('migrations', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase({ migrated: false });
  });
  afterEach(() => database.drop());

  it('run once when many processes start at once', async () => {
    const reports = await Promise.all(Array.from({ length: 8 }, () => migrate(database.url)));
    expect(reports.map(({ ran }) => ran.length).sort((a, b) => b - a)).toEqual([
      MIGRATIONS.length,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
    ]);
    const rows: unknown = await database.dataSource.query('select count(*)::int as count from migrations');
    expect(rows).toEqual([{ count: MIGRATIONS.length }]);
  });

  it('wait for who reads usage, and lock it in the order in which it is read', async () => {
    const before = MIGRATIONS.slice(0, MIGRATIONS.indexOf(AddModalities1793000008000));
    const older = new DataSource({ type: 'postgres', url: database.url, migrations: before });
    await older.initialize();
    await older.runMigrations();
    await older.destroy();
    const reader = database.dataSource.createQueryRunner();
    await reader.startTransaction();
    await reader.query('select from usage_event');
    const migrated = migrate(database.url);
    await eventually(async () => {
      const waiting: unknown = await database.dataSource.query(
        `select from pg_locks where relation = 'usage_event'::regclass and mode = 'AccessExclusiveLock' and not granted`,
      );
      expect(waiting).toHaveLength(1);
    });
    // With the locks the other way round each would wait for the other, and Postgres break one of them off.
    await reader.query('select from usage_dimension');
    await reader.commitTransaction();
    await reader.release();
    expect((await migrated).ran).toHaveLength(MIGRATIONS.length - before.length);
  });

  it('bring the queue’s tables too', async () => {
    await migrate(database.url);
    const rows: unknown = await database.dataSource.query(`select to_regclass('bullmq.job') is not null as there`);
    expect(rows).toEqual([{ there: true }]);
  });

  it('can be taken back and run again', async () => {
    await migrate(database.url);
    const runner = database.dataSource.createQueryRunner();
    for (const Migration of [...MIGRATIONS].reverse()) await new Migration().down(runner);
    await runner.query('delete from migrations');
    await runner.release();
    expect((await migrate(database.url)).ran).toHaveLength(MIGRATIONS.length);
  });
});
