import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The codes that a general ledger elsewhere has for the accounts of our journal and for cost centres. */
export class CreateLedgerCode1793000012100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- What a name's code is from an instant on. Never updated: the row with the latest valid_from at or before the instant
      -- counts, of several the highest version. A null code takes it away.
      create table ledger_code (
        account_id int not null references billing_account,
        kind text not null check (kind in ('account', 'cost_center')),
        name text not null check (name <> ''),
        version int not null check (version > 0),
        valid_from timestamptz not null,
        code text check (code <> ''),
        recorded_at timestamptz not null,
        recorded_by text,
        primary key (account_id, kind, name, version)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table ledger_code');
  }
}
