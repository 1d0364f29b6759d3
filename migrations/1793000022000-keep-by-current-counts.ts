import type { MigrationInterface, QueryRunner } from 'typeorm';
import { KEEP as KEEP_BEFORE } from './1793000021000-create-quota-generation.js';

/**
 * `quota_keep` looked at the generation in the expression that also takes the account's lock, and an expression sees what was there before
 * it began: who had waited for those who named the counts anew kept what they had let go of in Redis.
 */
export class KeepByCurrentCounts1793000022000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(KEEP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(KEEP_BEFORE.replace('create function', 'create or replace function'));
  }
}

/**
 * Keeps what Redis has admitted, all or nothing, and gives those of the orders whose key is another reservation's: they are not
 * kept. Errors: AQ001, other definitions are in force; AQ004, it was decided on counts that are not those of Redis any more.
 */
const KEEP = `
  create or replace function quota_keep(
    account int, definitions bigint, decided_on uuid,
    o_id uuid[], o_at timestamptz[], o_expires timestamptz[], o_request jsonb[], o_shares jsonb[], o_key text[], o_print text[]
  ) returns table (order_id uuid, known_id uuid, known_print text) language plpgsql as $$
  begin
    if quota_store_of(account) <> 'redis' then raise exception 'decided on other counts' using errcode = 'AQ004'; end if;
    -- A statement of its own: it sees what those who held the lock have committed.
    if not exists (select from quota_generation g where g.account_id = account and g.generation = decided_on) then
      raise exception 'decided on other counts' using errcode = 'AQ004';
    end if;
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
