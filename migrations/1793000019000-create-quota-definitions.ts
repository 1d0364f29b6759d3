import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is said of quotas: their versions, and changes of their limits for some time. */
export class CreateQuotaDefinitions1793000019000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await this.createVersions(runner);
    await this.createOverrides(runner);
    await this.addTriggers(runner);
    await runner.query(`
      update api_key set scopes = scopes || array['quotas:read', 'quotas:write', 'quotas:reserve']
      where revoked_at is null and 'keys:write' = any (scopes) and not 'quotas:read' = any (scopes);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      update api_key set scopes = array(select scope from unnest(scopes) with ordinality s (scope, place)
        where scope not like 'quotas:%' order by place);
      drop table quota_override; drop table quota_version; drop table quota_series; drop function quota_revise;
    `);
  }

  private async createVersions(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Versions of a quota that count the same share their counts.
      create table quota_series (
        account_id int not null references billing_account,
        series_id bigint generated always as identity,
        quota text not null,
        primary key (account_id, series_id)
      );

      -- What is true of a quota from an instant on. Never updated: the row with the latest valid_from at or before the instant counts, of
      -- several the highest version. One that is withdrawn ends all before it, those too that would have come into force later.
      create table quota_version (
        account_id int not null references billing_account,
        quota text not null check (quota ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$'),
        version int not null check (version > 0),
        series_id bigint not null,
        -- Null: a draft, which is true at no time.
        valid_from timestamptz,
        withdrawn boolean not null default false,
        level text not null
          check (level in ('account', 'business_unit', 'cost_center', 'team', 'project', 'key', 'user', 'tag')),
        -- Null: each one of the level for itself.
        subject text check (subject <> ''),
        team text check (team <> ''),
        tag_key text check (tag_key <> ''),
        -- What of the subject's usage counts; null: all.
        provider text check (provider <> ''),
        model text check (model <> ''),
        pool text check (pool <> ''),
        tier text check (tier <> ''),
        environment text check (environment <> ''),
        status text check (status <> ''),
        measure text not null check (measure in ('billed_cost', 'effective_cost', 'total_tokens', 'input_tokens',
          'output_tokens', 'cached_tokens', 'requests', 'concurrent_requests')),
        window_kind text not null check (window_kind in ('calendar', 'rolling', 'total', 'now')),
        window_unit text check (window_unit in ('second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year')),
        time_zone text,
        week_start int check (week_start between 1 and 7),
        anchor_day int check (anchor_day between 1 and 31),
        length_ms bigint check (length_ms between 1000 and 31622400000 and length_ms % 30 = 0),
        window_from timestamptz,
        window_until timestamptz,
        -- Tokens, requests, or 10^-12 of the account's currency; so is the cap.
        limit_amount numeric(38, 0) not null check (limit_amount >= 0),
        action text not null check (action in ('observe', 'notify', 'throttle', 'block')),
        fallback text not null check (fallback in ('open', 'closed')),
        tier_percents jsonb not null default '{}',
        rollover_cap numeric(38, 0) check (rollover_cap >= 0),
        actual_thresholds int[] not null default '{50,80,100}',
        forecast_thresholds int[] not null default '{100}',
        anomalies boolean not null default true,
        reason text not null check (reason <> ''),
        recorded_at timestamptz not null default now(),
        recorded_by text,
        primary key (account_id, quota, version),
        foreign key (account_id, series_id) references quota_series,
        check (not withdrawn or valid_from is not null),
        check ((level = 'tag') = (tag_key is not null)),
        check (level = 'project' or team is null),
        check (level <> 'account' or subject is null),
        check ((measure = 'concurrent_requests') = (window_kind = 'now')),
        check (num_nulls(window_unit, time_zone, week_start, anchor_day) = case window_kind when 'calendar' then 0 else 4 end),
        check ((window_kind = 'rolling') = (length_ms is not null)),
        check (window_kind = 'total' and window_from < window_until
          or window_kind <> 'total' and num_nulls(window_from, window_until) = 2),
        check (rollover_cap is null or window_kind = 'calendar')
      );
    `);
  }

  private async createOverrides(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create sequence quota_override_id;

      -- A limit is changed for windows that begin in [valid_from, valid_until): by per cent of it and by an amount. Never updated: of an
      -- id the highest version counts.
      create table quota_override (
        account_id int not null references billing_account,
        override_id bigint not null,
        version int not null check (version > 0),
        quota text not null,
        kind text not null check (kind in ('override', 'grant', 'transfer')),
        -- Which of those the quota keeps apart; null: all.
        subject text,
        -- Of the amount; with another one the quota has nothing to do with it.
        measure text not null,
        percent numeric(8, 2) not null default 0,
        amount numeric(38, 0) not null default 0,
        valid_from timestamptz not null,
        valid_until timestamptz not null,
        -- Of a transfer its other side.
        partner_id bigint,
        withdrawn boolean not null default false,
        reason text not null check (reason <> ''),
        recorded_at timestamptz not null default now(),
        recorded_by text,
        primary key (account_id, override_id, version),
        check (valid_from < valid_until),
        check (percent <> 0 or amount <> 0),
        check (kind <> 'grant' or (amount >= 0 and percent >= 0)),
        check ((kind = 'transfer') = (partner_id is not null))
      );
      create index quota_override_quota on quota_override (account_id, quota, override_id);
      alter sequence quota_override_id owned by quota_override.override_id;
    `);
  }

  private async addTriggers(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create trigger audit after insert on quota_version for each row execute function audit_version('quota', 'quota');
      create trigger audit after insert on quota_override for each row execute function audit_version('quota_override', 'override_id');

      -- Whoever adds to the definitions makes them others than those that decisions were made by, in the same transaction.
      create function quota_revise() returns trigger language plpgsql as $$ begin
        perform pg_advisory_xact_lock(hashtext('quota_catalog'), a.account_id)
          from (select distinct account_id from added order by account_id) a;
        insert into quota_catalog as c (account_id) select distinct account_id from added order by account_id
        on conflict (account_id) do update set revision = c.revision + 1;
        return null;
      end $$;
      create trigger revise after insert on quota_version referencing new table as added
        for each statement execute function quota_revise();
      create trigger revise after insert on quota_override referencing new table as added
        for each statement execute function quota_revise();
    `);
  }
}
