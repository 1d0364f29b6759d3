import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tokens that are not text, and what is counted apart from tokens. Every row that is there is of text. */
export class AddModalities1793000008000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Events before dimensions: in this order readers look at them, and so locks are taken.
      -- {"parts": [{"dimension": …, "tokens": [… by class]}], "units": {"…": scaled quantity}}; the row's own counts are of
      -- text alone. Null for nearly every event, and the index holds only those that have some.
      alter table usage_event add column extras jsonb;
      create index usage_event_extras on usage_event (account_id, occurred_at) where extras is not null;

      -- Null: text.
      alter table usage_dimension add column modality text check (modality in ('audio', 'image', 'video'));

      -- Sums of what is counted apart from tokens, as metered_usage has those of tokens.
      create table metered_unit (
        account_id int not null,
        charge_period timestamptz not null,
        dimension_id int not null,
        unit text not null,
        -- Scaled by the unit's decimals.
        quantity numeric(38, 0) not null check (quantity > 0),
        primary key (account_id, charge_period, dimension_id, unit)
      );

      alter table statement_line add column modality text;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table statement_line drop column modality;
      drop table metered_unit;
      alter table usage_event drop column extras;
      alter table usage_dimension drop column modality;
    `);
  }
}
