import type { ClientBase } from 'pg';
import type { UsageEvent } from '../domain/index.js';
import type { ClaimedRow, FinishedRow, FlushTransaction } from '../service/flush-store.js';
import { uuidArray } from './binary-array.js';
import { claimRows } from './claim-rows.js';
import type { EventIdentities } from './event-identities.js';
import { PgSession } from './pg-session.js';
import { quarantineRows } from './quarantine-rows.js';
import { INSERT_QUARANTINE } from './sql-inbox.js';

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
    private readonly identities: EventIdentities,
  ) {
    this.session = new PgSession(client);
  }

  claim(maxEvents: number): Promise<readonly ClaimedRow[]> {
    return claimRows(this.session, maxEvents);
  }

  register(accountId: number, events: readonly UsageEvent[]): Promise<readonly number[]> {
    return this.identities.register(this, accountId, events);
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
