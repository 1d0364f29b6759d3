import type { MigrationInterface, QueryRunner } from 'typeorm';
import { RESERVE as RESERVE_BEFORE } from './1793000021100-create-quota-functions.js';

/**
 * What is asked thousands of times a second, in fewer steps. Windows that are one row, which is most of them, are locked, found and read by
 * one statement, keys are looked for where there are any, and the account of a reservation is no longer looked up for each row: it is the
 * account of the key that asks, and whose catalog of quotas refers to it cannot be deleted.
 */
export class ReserveInFewerSteps1793000023000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table quota_reservation drop constraint quota_reservation_account_id_fkey');
    await runner.query(RESERVE);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(RESERVE_BEFORE);
    await runner.query('alter table quota_reservation add foreign key (account_id) references billing_account');
  }
}

/**
 * Decides orders one after the other, each all or nothing over its claims. Groups are what is counted together: the counts of a
 * series' subject from one start to another, the last of them being added to. One statement and so one transaction: whoever dies,
 * no lock stays behind. Errors: AQ001, other definitions are in force; AQ002, a count is not there; AQ003, Redis counts.
 *
 * Locks are taken keys first, by their hashes, then counts, by name, those that are added to included: `quota_apply` takes them in the
 * same order, and neither waits for the other while it waits for it.
 */
const RESERVE = `
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

    if array_remove(o_key, null) <> '{}' then
      -- Who brings the same key at the same time waits, and finds the reservation of the first.
      perform pg_advisory_xact_lock(k.hash) from (
        select distinct hashtextextended('quota ' || account || ' ' || key, 0) as hash from unnest(o_key) key where key is not null
        order by hash) k;
    end if;

    if cardinality(g_series) > 0 and g_lock = g_start and g_from = g_start then
      -- Each is one row: what is locked is read again once its lock is held.
      select array_agg(locked.total order by locked.place) into totals from (
        select g.place, c.used + c.settled + c.held as total
        from unnest(g_series, g_subject, g_start) with ordinality g (series, subject, start, place)
        join quota_count c
          on c.account_id = account and c.series_id = g.series and c.subject = g.subject and c.window_start = g.start
        order by c.series_id, c.subject, c.window_start for update of c) locked;
      if coalesce(cardinality(totals), 0) <> cardinality(g_series) then
        raise exception 'a count is not there' using errcode = 'AQ002';
      end if;
    elsif cardinality(g_series) > 0 then
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

    if not true = any (admitted) then return; end if;
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
