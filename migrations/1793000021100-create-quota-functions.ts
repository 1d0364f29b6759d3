import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How Postgres decides what is reserved, and how reservations end and usage is counted whichever store decides. */
export class CreateQuotaFunctions1793000021100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(RESERVE);
    await runner.query(APPLY);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function quota_reserve; drop function quota_apply');
  }
}

/**
 * Decides orders one after the other, each all or nothing over its claims. Groups are what is counted together: the counts of a
 * series' subject from one start to another, the last of them being added to. One statement and so one transaction: whoever dies,
 * no lock stays behind. Errors: AQ001, other definitions are in force; AQ002, a count is not there; AQ003, Redis counts.
 *
 * Locks are taken keys first, by their hashes, then counts, by name, those that are added to included: \`quota_apply\` takes them in the
 * same order, and neither waits for the other while it waits for it.
 */
export const RESERVE = `
  create or replace function quota_reserve(
    account int, definitions bigint,
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
    if quota_store_of(account) <> 'postgres' then raise exception 'Redis counts' using errcode = 'AQ003'; end if;
    if coalesce((select c.revision from quota_catalog c where c.account_id = account), 0) <> definitions then
      raise exception 'other definitions are in force' using errcode = 'AQ001';
    end if;

    -- Who brings the same key at the same time waits, and finds the reservation of the first.
    perform pg_advisory_xact_lock(k.hash) from (
      select distinct hashtextextended('quota ' || account || ' ' || key, 0) as hash from unnest(o_key) key where key is not null
      order by hash) k;

    if cardinality(g_series) > 0 then
      perform from quota_count c
        where c.account_id = account and (c.series_id, c.subject, c.window_start) in (
          select g.series, g.subject, g.start from unnest(g_series || g_series, g_subject || g_subject, g_lock || g_start)
            g (series, subject, start))
        order by c.series_id, c.subject, c.window_start for update;
      get diagnostics found_rows = row_count;
      if found_rows <> (select count(*) from (
          select g.series, g.subject, g.start from unnest(g_series, g_subject, g_lock) g (series, subject, start)
          union select g.series, g.subject, g.start from unnest(g_series, g_subject, g_start) g (series, subject, start)) named) then
        raise exception 'a count is not there' using errcode = 'AQ002';
      end if;
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

    update quota_count c set held = c.held + g.amount
      from unnest(g_series, g_subject, g_start, added) g (series, subject, start, amount)
      where g.amount <> 0
        and c.account_id = account and c.series_id = g.series and c.subject = g.subject and c.window_start = g.start;
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
 * there is none. Where Redis counts, what it must be told of is written down.
 */
const APPLY = `
  create or replace function quota_apply(
    account int,
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
    counting boolean := quota_store_of(account) = 'postgres';
    lets_go boolean;
    held_less numeric;
    settled_more numeric;
    settles boolean;
    meters boolean;
    ended uuid[] := '{}';
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
      -- Given more time since it was found to be due.
      if f_state[f] = 'expired' and r.expires_at > f_at[f] then f := null; end if;
      if f is null and not meters then continue; end if;

      -- Usage ends an active one as well.
      lets_go := r.state = 'active';
      if lets_go then ended := ended || r.reservation_id; end if;
      settles := f is not null and f_state[f] = 'settled' and not r.metered and not meters;
      place := 0;
      for share in select value from jsonb_array_elements(r.shares) loop
        held_less := case when counting and lets_go then (share->>3)::numeric else 0 end;
        settled_more := case when settles then (f_amounts[f]->>place)::numeric
          when meters then - coalesce((r.amounts->>place)::numeric, 0) else 0 end;
        if held_less <> 0 or settled_more <> 0 then
          d_series := d_series || (share->>0)::bigint;
          d_subject := d_subject || (share->>1);
          d_start := d_start || (share->>2)::timestamptz;
          d_held := d_held || - held_less;
          d_settled := d_settled || settled_more;
        end if;
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

    if not counting and (cardinality(ended) > 0 or cardinality(d_series) > 0 or cardinality(u_series) > 0) then
      insert into quota_change (account_id, ended, series, subject, start)
        values (account, ended, d_series || u_series, d_subject || u_subject, d_start || u_start);
    end if;

    return query
      select was[o.place], q.state from unnest(f_id) with ordinality o (id, place)
      left join quota_reservation q on q.account_id = account and q.reservation_id = o.id
      order by o.place;
  end $$`;
