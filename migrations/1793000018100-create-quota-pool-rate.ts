import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What quotas take a token of a pool to cost, and which have counted what was used before them. */
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

      -- Series that count what had been used before they were there.
      create table quota_seeded (
        account_id int not null references billing_account,
        series_id bigint not null,
        seeded_at timestamptz not null,
        -- Done twice: who counted by definitions of a moment before did not count for it what waited then.
        is_final boolean not null default false,
        primary key (account_id, series_id)
      );

      -- When something that one process does once in a while was last begun.
      create table quota_turn (
        account_id int not null references billing_account,
        work text not null,
        taken_at timestamptz not null,
        primary key (account_id, work)
      );
      create index quota_reservation_ended on quota_reservation (ended_at) where ended_at is not null;
      create index quota_count_window_end on quota_count (window_end);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'drop index quota_reservation_ended; drop index quota_count_window_end; drop table quota_turn; drop table quota_seeded; drop table quota_pool_rate',
    );
  }
}
