import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What quotas count, what reservations hold, and usage on its way into the counts. */
export class CreateQuotaCounts1793000018000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- One row for each account that ever had a quota. Who changes a definition locks it and adds one to the revision; who meters usage
      -- locks it for share, so that no usage is written down by a look at definitions that were replaced meanwhile.
      create table quota_catalog (
        account_id int primary key references billing_account,
        revision bigint not null default 1
      );

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
    await runner.query(RESERVE);
    await runner.query(APPLY);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop function quota_reserve; drop function quota_apply;
      drop table quota_usage; drop table quota_reservation; drop table quota_count; drop table quota_catalog;
    `);
  }
}

/**
 * Decides orders one after the other, each all or nothing over its claims. Groups are what is counted together: the counts of a
 * series' subject from one start to another, the last of them being added to. One statement and so one transaction: whoever dies,
 * no lock stays behind. Errors: AQ001, other definitions are in force; AQ002, a count is not there.
 */
const RESERVE = `
  create function quota_reserve(
    account int, definitions bigint, counting boolean,
    g_series bigint[], g_subject text[], g_lock timestamptz[], g_from timestamptz[], g_start timestamptz[],
    o_id uuid[], o_at timestamptz[], o_expires timestamptz[], o_request jsonb[], o_shares jsonb[], o_key text[], o_print text[],
    -- The place of each order's first claim, and one more that is where the last one's end.
    o_first int[],
    c_group int[], c_amount numeric[], c_ceiling numeric[]
  ) returns table (outcome text, before numeric[], known_id uuid, known_print text) language plpgsql as $$
  declare
    totals numeric[];
    added numeric[] := array_fill(0::numeric, array[coalesce(cardinality(g_series), 0)]);
    admitted boolean[] := '{}';
    found_rows bigint;
  begin
    if coalesce((select c.revision from quota_catalog c where c.account_id = account), 0) <> definitions then
      raise exception 'other definitions are in force' using errcode = 'AQ001';
    end if;

    if cardinality(g_series) > 0 then
      perform from unnest(g_series, g_subject, g_lock) g (series, subject, start)
        join quota_count c on c.account_id = account and c.series_id = g.series and c.subject = g.subject and c.window_start = g.start
        order by c.series_id, c.subject, c.window_start for update of c;
      get diagnostics found_rows = row_count;
      if found_rows <> cardinality(g_series) then raise exception 'a count is not there' using errcode = 'AQ002'; end if;
      -- A statement of its own: it sees what those who held the locks have committed.
      select array_agg(s.total order by g.place) into totals
        from unnest(g_series, g_subject, g_from, g_start) with ordinality g (series, subject, first, last, place)
        cross join lateral (
          select coalesce(sum(c.used + c.settled + c.held), 0) as total from quota_count c
          where c.account_id = account and c.series_id = g.series and c.subject = g.subject
            and c.window_start between g.first and g.last) s;
    end if;

    for i in 1 .. cardinality(o_id) loop
      outcome := 'admitted'; before := '{}'; known_id := null; known_print := null;
      if o_key[i] is not null then
        select r.reservation_id, r.fingerprint into known_id, known_print from quota_reservation r
          where r.account_id = account and r.idempotency_key = o_key[i];
        -- The same key twice in one call: the first of them is the one that is known.
        if known_id is null then
          for j in 1 .. i - 1 loop
            if o_key[j] = o_key[i] and admitted[j] then known_id := o_id[j]; known_print := o_print[j]; end if;
          end loop;
        end if;
      end if;
      if known_id is not null then
        outcome := 'known'; admitted[i] := false;
        return next; continue;
      end if;
      for j in o_first[i] .. o_first[i + 1] - 1 loop
        before := before || totals[c_group[j]];
        if c_ceiling[j] is not null and totals[c_group[j]] + c_amount[j] > c_ceiling[j] then outcome := 'refused'; end if;
      end loop;
      admitted[i] := outcome = 'admitted';
      if admitted[i] then
        for j in o_first[i] .. o_first[i + 1] - 1 loop
          totals[c_group[j]] := totals[c_group[j]] + c_amount[j];
          added[c_group[j]] := added[c_group[j]] + c_amount[j];
        end loop;
      end if;
      return next;
    end loop;

    if counting then
      update quota_count c set held = c.held + g.amount
        from unnest(g_series, g_subject, g_start, added) g (series, subject, start, amount)
        where g.amount <> 0
          and c.account_id = account and c.series_id = g.series and c.subject = g.subject and c.window_start = g.start;
      get diagnostics found_rows = row_count;
      if found_rows <> (select count(*) from unnest(added) amount where amount <> 0) then
        raise exception 'a count is not there' using errcode = 'AQ002';
      end if;
    end if;
    insert into quota_reservation (account_id, reservation_id, created_at, expires_at, shares, request, idempotency_key, fingerprint)
      select account, o.id, o.at, o.expires, o.shares, o.request, o.key, o.print
      from unnest(o_id, o_at, o_expires, o_shares, o_request, o_key, o_print, admitted)
        o (id, at, expires, shares, request, key, print, admitted)
      where o.admitted;
  end $$`;

/**
 * Ends reservations and counts usage, in one step. \`f_\`: reservations to end, each at most once, and what they are settled with.
 * \`m_\`: reservations whose usage is among what is counted: what they hold or were settled with no longer counts. \`u_\`: usage.
 * Locks are taken reservations first, by id, then counts, by name. Gives for each of \`f_\` the state before and after, null where
 * there is none.
 */
const APPLY = `
  create function quota_apply(
    account int, counting boolean,
    f_id uuid[], f_at timestamptz[], f_state text[], f_amounts jsonb[],
    m_id uuid[], m_at timestamptz,
    u_series bigint[], u_subject text[], u_start timestamptz[], u_amount numeric[]
  ) returns table (state_before text, state_after text) language plpgsql as $$
  declare
    -- By the places of f_id.
    was text[] := '{}';
    r quota_reservation;
    f int;
    share jsonb;
    place int;
    held_before boolean;
    settles boolean;
    meters boolean;
    -- What becomes more or less in which count.
    d_series bigint[] := '{}'; d_subject text[] := '{}'; d_start timestamptz[] := '{}';
    d_held numeric[] := '{}'; d_settled numeric[] := '{}';
  begin
    for r in
      select * from quota_reservation q where q.account_id = account and q.reservation_id = any (f_id || m_id)
      order by q.reservation_id for update
    loop
      f := array_position(f_id, r.reservation_id);
      if f is not null then was[f] := r.state; end if;
      meters := r.reservation_id = any (m_id) and not r.metered;
      -- Ended by what was asked: an active one in any way, an expired one if it turns out to have been used.
      if r.state <> 'active' and not (r.state = 'expired' and f_state[f] is not distinct from 'settled') then f := null; end if;
      if f is null and not meters then continue; end if;

      held_before := counting and r.state = 'active';
      settles := f is not null and f_state[f] = 'settled' and not r.metered and not meters;
      place := 0;
      for share in select value from jsonb_array_elements(r.shares) loop
        d_series := d_series || (share->>0)::bigint;
        d_subject := d_subject || (share->>1);
        d_start := d_start || (share->>2)::timestamptz;
        d_held := d_held || case when held_before and (f is not null or meters) then - (share->>3)::numeric else 0 end;
        d_settled := d_settled || case when settles then (f_amounts[f]->>place)::numeric
          when meters then - coalesce((r.amounts->>place)::numeric, 0) else 0 end;
        place := place + 1;
      end loop;
      update quota_reservation q set
          metered = q.metered or meters,
          state = case when f is not null then f_state[f] when r.state = 'active' then 'settled' else r.state end,
          ended_at = case when f is not null then f_at[f] else coalesce(q.ended_at, m_at) end,
          amounts = case when settles then f_amounts[f] when meters then null else q.amounts end
        where q.account_id = account and q.reservation_id = r.reservation_id;
    end loop;

    if cardinality(d_series) > 0 or cardinality(u_series) > 0 then
      perform from quota_count c
        where c.account_id = account and (c.series_id, c.subject, c.window_start) in (
          select d.series, d.subject, d.start from unnest(d_series || u_series, d_subject || u_subject, d_start || u_start)
            d (series, subject, start))
        order by c.series_id, c.subject, c.window_start for update;
      update quota_count c set
          held = c.held + d.held, settled = c.settled + d.settled, used = c.used + d.used,
          revision = c.revision + case when d.settled <> 0 or d.used <> 0 then 1 else 0 end
        from (
          select e.series, e.subject, e.start, sum(e.held) as held, sum(e.settled) as settled, sum(e.used) as used
          from (
            select d.series, d.subject, d.start, d.held, d.settled, 0::numeric as used
            from unnest(d_series, d_subject, d_start, d_held, d_settled) d (series, subject, start, held, settled)
            union all
            select u.series, u.subject, u.start, 0, 0, u.amount
            from unnest(u_series, u_subject, u_start, u_amount) u (series, subject, start, amount)
          ) e group by e.series, e.subject, e.start
        ) d
        where c.account_id = account and c.series_id = d.series and c.subject = d.subject and c.window_start = d.start;
    end if;

    return query
      select was[o.place], q.state from unnest(f_id) with ordinality o (id, place)
      left join quota_reservation q on q.account_id = account and q.reservation_id = o.id
      order by o.place;
  end $$`;
