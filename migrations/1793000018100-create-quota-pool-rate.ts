import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What quotas take a token of a pool to cost. */
export class CreateQuotaPoolRate1793000018100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Running averages, recorded as they change and never updated: usage that was counted by one is counted alike ever after. In
      -- 10^-12 of the account's currency for a million tokens. The first of a pool holds before it too.
      create table quota_pool_rate (
        account_id int not null references billing_account,
        pool text not null,
        valid_from timestamptz not null,
        effective_picos_per_million numeric(38, 0) not null check (effective_picos_per_million >= 0),
        billed_picos_per_million numeric(38, 0) not null check (billed_picos_per_million >= 0),
        primary key (account_id, pool, valid_from)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table quota_pool_rate');
  }
}
