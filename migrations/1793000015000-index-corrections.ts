import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What was billed for a month in all is its close and its corrections, which are few among the lines of all later closes. */
export class IndexCorrections1793000015000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index statement_line_corrections on statement_line (account_id, corrects_period, close_number, line_number)
        where corrects_period is not null;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index statement_line_corrections');
  }
}
