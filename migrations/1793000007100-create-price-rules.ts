import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Rules that change what usage costs, and their versions on the lines that they had a part in. */
export class CreatePriceRules1793000007100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Never updated: a rule is known by all of its first columns, and of its versions the highest counts.
      create table price_rule (
        account_id int not null references billing_account,
        price_rule_id bigint generated always as identity,
        kind text not null check (kind in ('tier_multiplier', 'discount', 'markup', 'minimum')),
        -- Empty: any. Provider, model and tier in lower case; * in a model stands for any characters.
        provider text not null,
        model text not null,
        service_tier text not null,
        team text not null,
        cost_center text not null,
        valid_from timestamptz not null,
        version int not null check (version > 0),
        valid_to timestamptz,
        withdrawn boolean not null default false,
        -- A multiplier, a percentage, or of a minimum an amount of the currency.
        value numeric(38, 12) not null check (value >= 0 and value < 1e26),
        currency text check (currency ~ '^[A-Z]{3}$'),
        recorded_at timestamptz not null default now(),
        recorded_by text,
        primary key (account_id, price_rule_id),
        unique (account_id, kind, provider, model, service_tier, team, cost_center, valid_from, version),
        check (valid_to > valid_from),
        check ((kind = 'minimum') = (currency is not null))
      );

      -- Ids of the price rules that had a part in the cost, in the order in which they worked; null where none had.
      alter table statement_line add column price_rules text;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table statement_line drop column price_rules; drop table price_rule;`);
  }
}
