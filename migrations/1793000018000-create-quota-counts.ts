import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What quotas count, what reservations hold, and usage on its way into the counts. */
export class CreateQuotaCounts1793000018000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await this.addCatalog(runner);
    await this.addCounts(runner);
  }

  private async addCatalog(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- One row for each account; the revision is 0 until its first quota. Who changes a definition adds one, with the lock of
      -- quota_revision_held for itself.
      create table quota_catalog (
        account_id int primary key references billing_account,
        revision bigint not null default 0
      );
      insert into quota_catalog (account_id) select account_id from billing_account;
      create function begin_quota_catalog() returns trigger language plpgsql as $$ begin
        insert into quota_catalog (account_id) values (new.account_id);
        return null;
      end $$;
      create trigger begin_quota_catalog after insert on billing_account for each row execute function begin_quota_catalog();

      -- The revision, which nobody changes until the transaction ends. Who meters usage asks for it: what began before there was a
      -- quota has committed before the quota is there. An advisory lock, for those queue: of rows locked for share by one flush after the
      -- other, who waits to change them might never get hold. A statement of its own reads what the last one to change it left.
      create function quota_revision_held(account int) returns bigint language plpgsql as $$ begin
        perform pg_advisory_xact_lock_shared(hashtext('quota_catalog'), account);
        return (select revision from quota_catalog where account_id = account);
      end $$;
    `);
  }

  private async addCounts(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- How much counts for one subject of a series of quota versions in one window, or one slice of a rolling one. Tokens, requests,
      -- or 10^-12 of the account's currency. The row of 1970 stands for a rolling window itself: it is locked, and counts nothing.
      create table quota_count (
        account_id int not null references billing_account,
        series_id bigint not null,
        subject text not null,
        window_start timestamptz not null,
        window_end timestamptz not null,
        -- Metered usage: a projection of usage_event, which verify rebuilds and compares.
        used numeric(38, 0) not null default 0,
        -- What reservations were settled with whose usage has not been metered yet.
        settled numeric(38, 0) not null default 0,
        -- What reservations hold. Where Redis counts it is 0: the sum over active reservations is what is held.
        held numeric(38, 0) not null default 0,
        -- What went over from the window before.
        carried numeric(38, 0) not null default 0,
        -- Grows with every change of used and settled.
        revision bigint not null default 0,
        primary key (account_id, series_id, subject, window_start),
        check (held >= 0 and settled >= 0)
      ) with (fillfactor = 50);

      create table quota_reservation (
        account_id int not null references billing_account,
        reservation_id uuid not null,
        state text not null default 'active' check (state in ('active', 'settled', 'released', 'expired')),
        -- Whether usage that bears its id has been metered: then that is what counts.
        metered boolean not null default false,
        created_at timestamptz not null,
        expires_at timestamptz not null,
        ended_at timestamptz,
        -- [series, subject, window start, held] of each quota that applied.
        shares jsonb not null,
        -- What it was settled with in each of them.
        amounts jsonb,
        -- What was asked.
        request jsonb not null,
        idempotency_key text,
        fingerprint text not null,
        primary key (account_id, reservation_id),
        check ((state = 'active') = (ended_at is null))
      );
      create unique index quota_reservation_idempotency on quota_reservation (account_id, idempotency_key)
        where idempotency_key is not null;
      create index quota_reservation_active on quota_reservation (expires_at) where state = 'active';

      -- Usage that was let in and is not in the counts yet: written by the transaction that lets it in, dropped by the one that counts it.
      create table quota_usage (
        account_id int not null references billing_account,
        quota_usage_id bigint generated always as identity,
        payload text not null,
        primary key (account_id, quota_usage_id)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop trigger begin_quota_catalog on billing_account; drop function begin_quota_catalog; drop function quota_revision_held;
      drop table quota_usage; drop table quota_reservation; drop table quota_count; drop table quota_catalog;
    `);
  }
}
