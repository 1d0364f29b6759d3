import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Rules that say whose usage it is when the team that an event names is not known. */
export class CreateMappingRules1793000009000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Never updated: of a match, pattern and start the highest version counts; a withdrawn one counts for nothing.
      create table mapping_rule (
        account_id int not null references billing_account,
        mapping_rule_id bigint not null generated always as identity,
        match text not null check (match in ('api_key', 'tag', 'user', 'source', 'team')),
        -- Empty but for tags.
        tag_key text not null,
        -- The very value, or with * at its end what begins so.
        pattern text not null check (pattern <> ''),
        valid_from timestamptz not null,
        version int not null check (version > 0),
        valid_to timestamptz check (valid_to > valid_from),
        withdrawn boolean not null default false,
        team text not null,
        project text,
        cost_center text,
        -- Whether it also holds for usage of teams that the directory knows.
        overrides_known boolean not null,
        reason text not null check (reason <> ''),
        recorded_at timestamptz not null,
        recorded_by text,
        primary key (account_id, match, tag_key, pattern, valid_from, version),
        unique (account_id, mapping_rule_id),
        check ((match = 'tag') = (tag_key <> ''))
      );

      -- What sent the events; only of teams that the directory did not know, where it may say whose they are.
      alter table usage_dimension add column source text;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table usage_dimension drop column source; drop table mapping_rule;`);
  }
}
