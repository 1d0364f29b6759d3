import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whom to tell, what to tell them, and what came of it. */
export class CreateNotification1793000020000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(this.channels());
    await runner.query(this.outbox());
    await runner.query(`
      update api_key set scopes = scopes || array(
        select scope from unnest(array['notifications:read', 'notifications:write']) scope where not scope = any (scopes))
      where revoked_at is null and 'keys:write' = any (scopes)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table notification_attempt; drop table notification_delivery; drop table notification;
      drop table notification_channel; drop table notification_channel_version;
      update api_key set scopes = array(
        select scope from unnest(scopes) scope where scope not in ('notifications:read', 'notifications:write'));
    `);
  }

  private channels(): string {
    return `
      -- What a channel was from a version on. Never updated: the highest version counts. Nothing in it is secret, for the audit trail
      -- repeats it.
      create table notification_channel_version (
        account_id int not null references billing_account,
        channel text not null check (channel <> ''),
        version int not null check (version > 0),
        kind text not null check (kind in ('webhook', 'slack', 'email')),
        topics text[] not null check (cardinality(topics) > 0),
        teams text[] check (cardinality(teams) > 0),
        shown_url text,
        -- Tells that the URL is another, where what is shown of it is the same.
        url_sha256 text,
        recipients text[] check (cardinality(recipients) > 0),
        -- Counts the secrets that a webhook had.
        secret_version int check (secret_version > 0),
        enabled boolean not null,
        withdrawn boolean not null default false,
        reason text,
        recorded_at timestamptz not null,
        recorded_by text,
        primary key (account_id, channel, version),
        check ((kind = 'email') = (recipients is not null)),
        check ((kind <> 'email') = (shown_url is not null and url_sha256 is not null)),
        check ((kind = 'webhook') = (secret_version is not null))
      );
      create trigger audit after insert on notification_channel_version for each row
        execute function audit_version('notification_channel', 'channel');

      -- The channels there are, with what nobody is shown. Signing needs the secret itself.
      create table notification_channel (
        account_id int not null references billing_account,
        channel text not null,
        -- What it is now, and since when there is one of this name without a break.
        version int not null,
        made_version int not null check (made_version <= version),
        url text,
        secret text,
        -- Signs beside the new one until then.
        previous_secret text,
        previous_until timestamptz,
        primary key (account_id, channel),
        foreign key (account_id, channel, version) references notification_channel_version,
        check ((previous_secret is null) = (previous_until is null))
      );`;
  }

  private outbox(): string {
    return `
      -- The outbox: written in the transaction of what it tells of.
      create table notification (
        account_id int not null references billing_account,
        notification_id uuid not null,
        deduplication_key text not null,
        topic text not null,
        team text,
        -- Null when nobody can ask for it any more; the key is kept for ever.
        title text,
        text text,
        payload jsonb,
        occurred_at timestamptz not null,
        appended_at timestamptz not null,
        -- Null: which channels get it has not been settled.
        fanned_out_at timestamptz,
        primary key (account_id, notification_id),
        unique (account_id, deduplication_key),
        check (num_nulls(title, text, payload) in (0, 3))
      );
      create index notification_to_fan_out on notification (appended_at, notification_id) where fanned_out_at is null;
      create index notification_told on notification (appended_at) where title is not null;

      create table notification_delivery (
        account_id int not null,
        delivery_id uuid not null,
        notification_id uuid not null,
        channel text not null,
        -- What the channel was when it was chosen: one of the same name that was made later is another.
        channel_version int not null,
        kind text not null check (kind in ('webhook', 'slack', 'email')),
        state text not null default 'waiting' check (state in ('waiting', 'delivered', 'failed', 'cancelled')),
        -- Counts those begun. What is said of one names it, so that a sender thought dead says nothing of a later one.
        attempts int not null default 0 check (attempts >= 0),
        -- With the how many-th it has failed.
        attempts_max int not null check (attempts_max > 0),
        created_at timestamptz not null,
        due_at timestamptz,
        -- By the database's clock; a sender that is behind with it is taken for dead.
        leased_until timestamptz,
        finished_at timestamptz,
        primary key (account_id, delivery_id),
        unique (account_id, notification_id, channel),
        foreign key (account_id, notification_id) references notification,
        check ((state = 'waiting') = (due_at is not null)),
        check ((state = 'waiting') = (finished_at is null)),
        check (leased_until is null or state = 'waiting')
      );
      create index notification_delivery_due on notification_delivery (account_id, channel, due_at, delivery_id)
        where state = 'waiting';
      create index notification_delivery_leased on notification_delivery (account_id, channel) where leased_until is not null;
      create index notification_delivery_of_channel on notification_delivery (account_id, channel, delivery_id);
      create index notification_delivery_finished on notification_delivery (finished_at) where finished_at is not null;

      create table notification_attempt (
        account_id int not null,
        delivery_id uuid not null,
        attempt int not null check (attempt > 0),
        attempted_at timestamptz not null,
        outcome text not null check (outcome in ('sending', 'delivered', 'failed', 'interrupted')),
        http_status int,
        error text,
        duration_ms int check (duration_ms >= 0),
        primary key (account_id, delivery_id, attempt),
        foreign key (account_id, delivery_id) references notification_delivery on delete cascade
      );`;
  }
}
