import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which business unit a cost centre belongs to. */
export class CreateCostCenter1793000014000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- What was true of a cost centre from an instant on. Never updated: the row with the latest valid_from at or before the
      -- instant counts, of several the highest version. A cost centre needs no row to be charged to.
      create table cost_center_version (
        account_id int not null references billing_account,
        cost_center text not null check (cost_center <> ''),
        version int not null check (version > 0),
        valid_from timestamptz not null,
        business_unit text check (business_unit <> ''),
        recorded_at timestamptz not null default now(),
        recorded_by text,
        primary key (account_id, cost_center, version)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table cost_center_version;`);
  }
}
