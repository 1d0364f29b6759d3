import { migrate } from '#platform/nest';
import { MIGRATIONS } from '../../migrations/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

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
