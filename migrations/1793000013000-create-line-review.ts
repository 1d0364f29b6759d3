import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What people say of statements' lines: disputes, answers to them, acknowledgements. Rows are added and never changed. */
export class CreateLineReview1793000013000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table line_review (
        account_id int not null references billing_account,
        -- In the order in which things were said of an account's lines: the last of a line is how it stands.
        review_id bigint not null generated always as identity,
        action text not null check (action in ('dispute', 'answer', 'acknowledgement')),
        -- The line's whole name, and what of it disputes are looked for by.
        line_id text not null,
        billing_period text not null,
        team text not null,
        comment text check (comment <> ''),
        -- Of an answer: to which dispute, and what comes of it.
        dispute_id bigint,
        resolution text check (resolution in ('upheld', 'rejected', 'will_correct')),
        said_at timestamptz not null,
        said_by text not null,
        -- What the line showed then, and on which close; null: on a draft. Answers are to what the dispute was of.
        close_number int,
        currency text,
        effective_cost numeric(38, 12),
        billed_minor numeric(60, 0),
        primary key (account_id, review_id),
        -- A dispute has one answer; a line may be disputed again.
        unique (account_id, dispute_id),
        foreign key (account_id, dispute_id) references line_review,
        foreign key (account_id, close_number) references statement_close,
        check ((action = 'answer') = (dispute_id is not null)),
        check ((action = 'answer') = (resolution is not null)),
        check ((action = 'answer') = (currency is null)),
        check (action = 'acknowledgement' or comment is not null)
      );
      create index line_review_line on line_review (account_id, billing_period, line_id, review_id);
      create index line_review_dispute on line_review (account_id, review_id) where action = 'dispute';
      create trigger refuse_change before update or delete on line_review for each row execute function refuse_change();
      create trigger refuse_truncate before truncate on line_review for each statement execute function refuse_change();

      -- Who may do everything so far may say something of lines too: else nobody could give that right.
      update api_key set scopes = scopes || array['statements:review']
      where revoked_at is null and 'keys:write' = any (scopes) and not 'statements:review' = any (scopes);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table line_review;`);
  }
}
