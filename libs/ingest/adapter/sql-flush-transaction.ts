import type { ClientBase } from 'pg';
import type { UsageEvent } from '../domain/index.js';
import type { ClaimedRow, FinishedRow, FlushTransaction } from '../service/flush-store.js';
import { timestamptzArray, uuidArray } from './binary-array.js';
import type { ClaimPace } from './claim-pace.js';
import { PgSession } from './pg-client.js';
import { quarantineRows } from './quarantine-rows.js';
import { INSERT_QUARANTINE } from './sql-inbox.js';

const CLAIM = `
  select account_id, inbox_id, (extract(epoch from received_at) * 1000)::bigint, event_count, payload
  from ingest_inbox where finished_at is null and inbox_id <> all($2::uuid[])
  order by received_at, inbox_id limit $1 for update skip locked`;

const REGISTER = `
  with incoming as (
    select * from unnest($2::uuid[], $3::uuid[], $4::timestamptz[])
      with ordinality as rows (identity, content, occurred_at, place)
  ), fresh as (
    insert into event_identity (account_id, identity, content, occurred_at)
    select $1, identity, content, occurred_at from incoming order by place
    on conflict do nothing returning identity
  )
  select place from incoming where not exists (select from fresh where fresh.identity = incoming.identity)`;

const CONTENTS = `
  select replace(identity::text, '-', ''), replace(content::text, '-', '')
  from event_identity where account_id = $1 and identity = any($2::uuid[])`;

const FINISH = `
  update ingest_inbox i set finished_at = now(), payload = null, outcomes = done.outcomes
  from unnest($1::int[], $2::uuid[], $3::jsonb[]) done (account_id, inbox_id, outcomes)
  where i.account_id = done.account_id and i.inbox_id = done.inbox_id`;

/** One flush's transaction, on the connection that holds it. */
export class SqlFlushTransaction implements FlushTransaction {
  readonly session: PgSession;

  constructor(
    client: ClientBase,
    private readonly pace: ClaimPace,
  ) {
    this.session = new PgSession(client);
  }

  async claim(maxEvents: number): Promise<readonly ClaimedRow[]> {
    const claimed: ClaimedRow[] = [];
    let events = 0;
    // A claim of half the size is a flush; to look again for the rest of it would cost more than it brings.
    while (events < maxEvents / 2) {
      const look = this.pace.rowsFor(maxEvents - events);
      // Our own locks are not skipped, so what we hold is left out by name.
      const held = claimed.map(({ inboxId }) => inboxId);
      const rows = (await this.session.query(CLAIM, [look, held])).map(toClaimedRow);
      claimed.push(...rows);
      events += rows.reduce((sum, { eventCount }) => sum + eventCount, 0);
      this.pace.claimed(claimed.length, events);
      if (rows.length < look) break;
    }
    return claimed;
  }

  async register(accountId: number, events: readonly UsageEvent[]): Promise<readonly number[]> {
    const known = await this.session.query(REGISTER, [
      accountId,
      uuidArray(events.map(({ identity }) => identity)),
      uuidArray(events.map(({ content }) => content)),
      timestamptzArray(events.map(({ occurredAt }) => occurredAt)),
    ]);
    return known.map(([place]) => Number(place) - 1);
  }

  async contents(accountId: number, identities: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const rows = await this.session.query(CONTENTS, [accountId, uuidArray(identities)]);
    return new Map(rows.map(([identity, content]) => [String(identity), String(content)]));
  }

  async finish(rows: readonly FinishedRow[]): Promise<void> {
    const entries = rows.flatMap(quarantineRows);
    if (entries.length > 0) await this.session.query(INSERT_QUARANTINE, [JSON.stringify(entries)]);
    await this.session.query(FINISH, [
      rows.map(({ accountId }) => accountId),
      rows.map(({ inboxId }) => inboxId),
      rows.map(({ outcomes }) => JSON.stringify(outcomes)),
    ]);
  }

  async attempt<T>(work: () => Promise<T>): Promise<T> {
    await this.session.query('savepoint attempt', []);
    try {
      const result = await work();
      await this.session.query('release savepoint attempt', []);
      return result;
    } catch (error) {
      await this.session.query('rollback to savepoint attempt', []);
      await this.session.query('release savepoint attempt', []);
      throw error;
    }
  }
}

function toClaimedRow([accountId, inboxId, receivedMs, eventCount, payload]: readonly unknown[]): ClaimedRow {
  return {
    accountId: Number(accountId),
    inboxId: String(inboxId),
    receivedAt: Number(receivedMs),
    eventCount: Number(eventCount),
    payload: String(payload),
  };
}
