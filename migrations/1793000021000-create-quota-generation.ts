import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which store decides what is reserved, and what lets Redis do so without ever deciding on counts that are lost or old. */
export class CreateQuotaGeneration1793000021000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- An account without a row has its counts in Postgres.
      create table quota_generation (
        account_id int primary key references billing_account,
        store text not null check (store in ('postgres', 'redis')),
        -- Of the counts in Redis, another with each time they are made anew: what was decided on other ones is not kept.
        generation uuid not null
      );

      -- What Redis has not been told of: reservations that ended, and counts whose usage is another. Dropped once it was.
      create table quota_change (
        account_id int not null references billing_account,
        quota_change_id bigint generated always as identity,
        ended uuid[] not null,
        series bigint[] not null,
        subject text[] not null,
        start timestamptz[] not null,
        primary key (account_id, quota_change_id)
      );
    `);
    for (const statement of [STORE_OF, KEEP, TAKE_OVER]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop function quota_store_of; drop function quota_keep; drop function quota_take_over;
      drop table quota_change; drop table quota_generation;
    `);
  }
}

/**
 * Who changes a count or a reservation shares this lock until its transaction is over; who changes the store or its generation
 * holds it alone. So nothing that was decided before is written after.
 */
const STORE_OF = `
  create function quota_store_of(account int) returns text language plpgsql as $$
  begin
    perform pg_advisory_xact_lock_shared(hashtext('quota'), account);
    return coalesce((select g.store from quota_generation g where g.account_id = account), 'postgres');
  end $$`;

/**
 * Keeps what Redis has admitted, all or nothing, and gives those of the orders whose key is another reservation's: they are not
 * kept. Errors: AQ001, other definitions are in force; AQ004, it was decided on counts that are not those of Redis any more.
 */
export const KEEP = `
  create function quota_keep(
    account int, definitions bigint, decided_on uuid,
    o_id uuid[], o_at timestamptz[], o_expires timestamptz[], o_request jsonb[], o_shares jsonb[], o_key text[], o_print text[]
  ) returns table (order_id uuid, known_id uuid, known_print text) language plpgsql as $$
  begin
    if quota_store_of(account) <> 'redis'
      or not exists (select from quota_generation g where g.account_id = account and g.generation = decided_on)
    then raise exception 'decided on other counts' using errcode = 'AQ004'; end if;
    if coalesce((select c.revision from quota_catalog c where c.account_id = account), 0) <> definitions then
      raise exception 'other definitions are in force' using errcode = 'AQ001';
    end if;
    -- In the order of their keys: of two who bring the same ones, one waits and none for the other.
    insert into quota_reservation (account_id, reservation_id, created_at, expires_at, shares, request, idempotency_key, fingerprint)
      select account, o.id, o.at, o.expires, o.shares, o.request, o.key, o.print
      from unnest(o_id, o_at, o_expires, o_shares, o_request, o_key, o_print) o (id, at, expires, shares, request, key, print)
      order by o.key
      on conflict (account_id, idempotency_key) where idempotency_key is not null do nothing;
    return query
      select o.id, r.reservation_id, r.fingerprint from unnest(o_id, o_key) o (id, key)
      join quota_reservation r on r.account_id = account and r.idempotency_key = o.key
      where r.reservation_id <> o.id;
  end $$`;

/** Makes Postgres the store again: what active reservations hold is what its counts hold. */
const TAKE_OVER = `
  create function quota_take_over(account int) returns void language plpgsql as $$
  begin
    perform pg_advisory_xact_lock(hashtext('quota'), account);
    if not exists (select from quota_generation g where g.account_id = account and g.store = 'redis') then return; end if;
    update quota_count c set held = s.held
      from (
        select (e.share->>0)::bigint as series, e.share->>1 as subject, (e.share->>2)::timestamptz as start,
          sum((e.share->>3)::numeric) as held
        from quota_reservation r cross join lateral (select value as share from jsonb_array_elements(r.shares)) e
        where r.account_id = account and r.state = 'active'
        group by 1, 2, 3
      ) s
      where c.account_id = account and c.series_id = s.series and c.subject = s.subject and c.window_start = s.start;
    update quota_generation g set store = 'postgres', generation = gen_random_uuid() where g.account_id = account;
    delete from quota_change q where q.account_id = account;
  end $$`;
