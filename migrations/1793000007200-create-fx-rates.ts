import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Rates of exchange by day, by which prices in another currency than the account's are converted. */
export class CreateFxRates1793000007200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- One unit of currency_from is so many of currency_to. Never updated: of a day's versions the highest counts.
      create table fx_rate (
        account_id int not null references billing_account,
        fx_rate_id bigint generated always as identity,
        currency_from text not null check (currency_from ~ '^[A-Z]{3}$'),
        currency_to text not null check (currency_to ~ '^[A-Z]{3}$' and currency_to <> currency_from),
        day date not null,
        version int not null check (version > 0),
        rate numeric(38, 12) not null check (rate > 0 and rate < 1e12),
        source text not null,
        recorded_at timestamptz not null default now(),
        recorded_by text,
        primary key (account_id, fx_rate_id),
        unique (account_id, currency_from, currency_to, day, version)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table fx_rate;`);
  }
}
