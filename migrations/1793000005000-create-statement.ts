import type { MigrationInterface, QueryRunner } from 'typeorm';

const CLOSED_TABLES = ['statement_close', 'statement_line', 'statement_issue', 'journal_entry', 'journal_posting'];
/** Spells "closes" for pg_advisory_xact_lock, with the account: held while a close is added. */
const CLOSING_LOCK = 1_668_050_803;
const TOKEN_COLUMNS = ['input_uncached', 'cache_read', 'cache_write_5m', 'cache_write_1h', 'output', 'reasoning'];

/** Closed billing periods and the ledger. Rows are added and never changed: the database itself refuses it. */
export class CreateStatement1793000005000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(this.closes());
    await runner.query(this.ledger());
    await runner.query(this.guards());
    // Who may do everything so far may close months too: else nobody could give that right.
    await runner.query(`
      update api_key set scopes = scopes || array['statements:write']
      where revoked_at is null and 'keys:write' = any (scopes) and not 'statements:write' = any (scopes)`);
    for (const table of CLOSED_TABLES) {
      await runner.query(`
        create trigger refuse_change before update or delete on ${table} for each row execute function refuse_change();
        create trigger refuse_truncate before truncate on ${table} for each statement execute function refuse_change();
      `);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table journal_posting; drop table journal_entry; drop table statement_issue; drop table statement_line;
      drop table statement_close; drop function refuse_change; drop function refuse_late_row; drop function refuse_false_close;
    `);
  }

  /** Lines come first, the close itself last. */
  private closes(): string {
    return `
      -- The close of a billing period. The document is kept as the very text that its hash is of; hash chains it to the close
      -- before it. Added after its lines and its journal entry, which nothing can join from then on.
      create table statement_close (
        account_id int not null references billing_account,
        close_number int not null check (close_number > 0),
        billing_period text not null,
        document text not null,
        previous_hash text,
        hash text not null,
        primary key (account_id, close_number),
        unique (account_id, billing_period),
        check ((close_number = 1) = (previous_hash is null))
      );

      create table statement_line (
        account_id int not null,
        close_number int not null,
        line_number int not null check (line_number > 0),
        team text not null,
        cost_center text,
        project text,
        model text,
        provider text,
        pool text,
        kind text not null,
        token_class text,
        unit text not null,
        price_version_id bigint,
        policy_version int,
        requests numeric(60, 0) not null,
        -- In the unit, scaled to a whole number as charges have it.
        quantity numeric(60, 0) not null,
        ${TOKEN_COLUMNS.map((c) => `${c} numeric(60, 0)`).join(',\n    ')},
        list_cost numeric(38, 12),
        effective_cost numeric(38, 12),
        -- Minor units of the account's currency; null where the cost is not known.
        billed_minor numeric(60, 0),
        -- Of a correction: the closed month whose line of these fields it takes to what it should have been, and why.
        corrects_period text,
        correction_cause text,
        line_hash text not null,
        primary key (account_id, close_number, line_number),
        check ((corrects_period is null) = (correction_cause is null)),
        foreign key (account_id, close_number) references statement_close deferrable initially deferred
      );

      create table statement_issue (
        account_id int not null,
        close_number int not null,
        issued_at timestamptz not null,
        issued_by text not null,
        primary key (account_id, close_number),
        foreign key (account_id, close_number) references statement_close
      );`;
  }

  private ledger(): string {
    return `
      create table journal_entry (
        account_id int not null,
        close_number int not null,
        currency text not null,
        posted_at timestamptz not null,
        posted_by text not null,
        primary key (account_id, close_number),
        foreign key (account_id, close_number) references statement_close deferrable initially deferred
      );

      create table journal_posting (
        account_id int not null,
        close_number int not null,
        posting_number int not null check (posting_number > 0),
        ledger_account text not null,
        cost_center text,
        team text,
        -- Minor units of the entry's currency.
        debit numeric(60, 0) not null check (debit >= 0),
        credit numeric(60, 0) not null check (credit >= 0),
        primary key (account_id, close_number, posting_number),
        foreign key (account_id, close_number) references journal_entry,
        check ((debit = 0) <> (credit = 0))
      );`;
  }

  private guards(): string {
    return `
      create function refuse_change() returns trigger language plpgsql as $$ begin
        raise exception '% is append-only: % refused', tg_table_name, lower(tg_op)
          using errcode = 'restrict_violation', hint = 'What is closed is corrected by a new document.';
      end $$;

      create function refuse_late_row() returns trigger language plpgsql as $$ begin
        -- The lock of who closes: nobody's row can wait for a close to commit and join it then.
        perform pg_advisory_xact_lock(${CLOSING_LOCK}, new.account_id);
        if exists (select from statement_close where account_id = new.account_id and close_number = new.close_number) then
          raise exception 'close % is closed: a row of % refused', new.close_number, tg_table_name
            using errcode = 'restrict_violation';
        end if;
        return new;
      end $$;
      create trigger refuse_late_row before insert on statement_line for each row execute function refuse_late_row();
      create trigger refuse_late_row before insert on journal_entry for each row execute function refuse_late_row();
      create trigger refuse_late_row before insert on journal_posting for each row execute function refuse_late_row();

      -- Asked when the close is added, which is last: what it closes is then whole.
      create function refuse_false_close() returns trigger language plpgsql as $$
      declare
        difference numeric;
        previous statement_close;
      begin
        perform pg_advisory_xact_lock(${CLOSING_LOCK}, new.account_id);
        select * into previous from statement_close where account_id = new.account_id order by close_number desc limit 1;
        if new.close_number <> coalesce(previous.close_number, 0) + 1
          or new.previous_hash is distinct from previous.hash
          or new.hash <> encode(sha256(convert_to(coalesce(new.previous_hash, '') || E'\\n' || new.document, 'UTF8')), 'hex')
          or not exists (select from journal_entry where account_id = new.account_id and close_number = new.close_number)
        then
          raise exception 'close % does not follow the last one', new.close_number using errcode = 'check_violation';
        end if;
        select coalesce(sum(debit - credit), 0) into difference from journal_posting
          where account_id = new.account_id and close_number = new.close_number;
        if difference <> 0 then
          raise exception 'the journal entry of close % is off by %', new.close_number, difference
            using errcode = 'check_violation';
        end if;
        return new;
      end $$;
      create trigger refuse_false_close before insert on statement_close for each row execute function refuse_false_close();`;
  }
}
