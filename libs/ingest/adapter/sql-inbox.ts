import type { DataSource } from 'typeorm';
import { type EpochMs, formatInstant } from '#calendar';
import { withTransaction } from '#platform';
import type { EventOutcome } from '../domain/index.js';
import type { Inbox, InboxLoad, InboxRowKey, InboxRowStatus, NewInboxRow } from '../service/inbox.js';
import { translated } from './pg-session.js';
import { quarantineRows } from './quarantine-rows.js';

const INSERT_ROWS = `
  insert into ingest_inbox (account_id, inbox_id, received_at, event_count, payload, finished_at)
  select account_id, inbox_id, received_at, event_count, payload, case when payload is null then received_at end
  from unnest($1::int[], $2::uuid[], $3::timestamptz[], $4::int[], $5::text[])
    as rows (account_id, inbox_id, received_at, event_count, payload)`;

const INSERT_ONE = `
  insert into ingest_inbox (account_id, inbox_id, received_at, event_count, payload, finished_at)
  values ($1, $2, $3, $4, $5::text, case when $5 is null then $3::timestamptz end)`;

/** Takes all rows as one JSON array; what came in is in base64, for it may be what no text can hold. */
export const INSERT_QUARANTINE = `
  insert into quarantine
    (account_id, quarantine_id, received_at, inbox_id, event_index, source, event_id, code, pointer, detail, raw)
  select (row ->> 'accountId')::int, (row ->> 'quarantineId')::uuid, (row ->> 'receivedAt')::timestamptz,
    (row ->> 'inboxId')::uuid, (row ->> 'index')::int, row ->> 'source', row ->> 'id', row ->> 'code', row ->> 'pointer',
    row ->> 'detail', decode(row ->> 'raw', 'base64')
  from jsonb_array_elements($1::jsonb) row`;

const RESOLVE_REPLAYED = `
  update quarantine set state = 'replayed', resolved_at = now(), resolved_by = $3, replay_batch_id = $4
  where account_id = $1 and quarantine_id = $2 and state = 'open' returning 1`;

const SELECT_STATUS = `
  select (extract(epoch from i.received_at) * 1000)::bigint as received_ms,
    (extract(epoch from i.finished_at) * 1000)::bigint as finished_ms, i.event_count,
    coalesce((select jsonb_agg(o order by (o ->> 'index')::int) from jsonb_array_elements(i.outcomes) o
      where (o ->> 'index')::int >= $3 and (o ->> 'index')::int < $3 + $4), '[]') as outcomes,
    coalesce((select jsonb_agg(jsonb_build_object('index', q.event_index, 'outcome', 'rejected', 'code', q.code,
        'pointer', q.pointer, 'detail', q.detail, 'quarantineId', q.quarantine_id) order by q.event_index)
      from quarantine q where q.account_id = i.account_id and q.inbox_id = i.inbox_id
        and q.event_index >= $3 and q.event_index < $3 + $4), '[]') as refused
  from ingest_inbox i where i.account_id = $1 and i.inbox_id = $2`;

interface StatusRow {
  readonly received_ms: string;
  readonly finished_ms: string | null;
  readonly event_count: number;
  readonly outcomes: readonly EventOutcome[];
  readonly refused: readonly EventOutcome[];
}

/** The inbox as a table. */
export class SqlInbox implements Inbox {
  constructor(private readonly dataSource: DataSource) {}

  async append(rows: readonly NewInboxRow[]): Promise<boolean> {
    const entries = rows.flatMap(quarantineRows);
    const replays = rows.flatMap(({ accountId, replay }) => (replay ? [{ accountId, ...replay }] : []));
    return translated(async () => {
      if (entries.length === 0 && replays.length === 0) {
        await this.dataSource.query(...insertOf(rows));
        return true;
      }
      return withTransaction(this.dataSource, async (manager) => {
        for (const { accountId, quarantineId, by, batchId } of replays) {
          const [resolved] = await manager.query<[unknown[], number]>(RESOLVE_REPLAYED, [
            accountId,
            quarantineId,
            by,
            batchId,
          ]);
          if (resolved.length === 0) return false;
        }
        await manager.query(...insertOf(rows));
        if (entries.length > 0) await manager.query(INSERT_QUARANTINE, [JSON.stringify(entries)]);
        return true;
      });
    });
  }

  async load(): Promise<InboxLoad> {
    const [row] = await this.dataSource.query<{ events: string; oldest_ms: string | null }[]>(`
      select coalesce(sum(event_count), 0) as events, (extract(epoch from min(received_at)) * 1000)::bigint as oldest_ms
      from ingest_inbox where finished_at is null`);
    const oldest = row?.oldest_ms ?? null;
    return { waitingEvents: Number(row?.events ?? 0), oldestReceivedAt: oldest === null ? null : Number(oldest) };
  }

  async finished(keys: readonly InboxRowKey[]): Promise<readonly InboxRowKey[]> {
    const accounts = [...new Set(keys.map(({ accountId }) => accountId))];
    const rows = await this.dataSource.query<{ account_id: number; inbox_id: string }[]>(
      `select account_id, inbox_id from ingest_inbox
       where account_id = any($1::int[]) and inbox_id = any($2::uuid[]) and finished_at is not null`,
      [accounts, keys.map(({ inboxId }) => inboxId)],
    );
    return rows.map((row) => ({ accountId: row.account_id, inboxId: row.inbox_id }));
  }

  async status(accountId: number, inboxId: string, offset: number, count: number): Promise<InboxRowStatus | undefined> {
    const [row] = await this.dataSource.query<StatusRow[]>(SELECT_STATUS, [accountId, inboxId, offset, count]);
    if (!row) return undefined;
    // What the worker refused is in both.
    const listed = new Set(row.outcomes.map(({ index }) => index));
    const atTheDoor = row.refused.filter(({ index }) => !listed.has(index));
    return {
      receivedAt: Number(row.received_ms),
      finishedAt: row.finished_ms === null ? null : Number(row.finished_ms),
      eventCount: row.event_count,
      exceptions: [...row.outcomes, ...atTheDoor].sort((a, b) => a.index - b.index),
    };
  }

  async purge(finishedBefore: EpochMs, limit: number): Promise<number> {
    const [, count] = await this.dataSource.query<[unknown, number]>(
      `delete from ingest_inbox where (account_id, inbox_id) in
         (select account_id, inbox_id from ingest_inbox where finished_at < $1 limit $2 for update skip locked)`,
      [formatInstant(finishedBefore), limit],
    );
    return count;
  }
}

function insertOf(rows: readonly NewInboxRow[]): [text: string, values: unknown[]] {
  const [only] = rows;
  if (rows.length === 1 && only) {
    const { accountId, inboxId, receivedAt, eventCount, payload } = only;
    return [INSERT_ONE, [accountId, inboxId, formatInstant(receivedAt), eventCount, payload]];
  }
  const column = <T>(of: (row: NewInboxRow) => T) => rows.map(of);
  return [
    INSERT_ROWS,
    [
      column(({ accountId }) => accountId),
      column(({ inboxId }) => inboxId),
      column(({ receivedAt }) => formatInstant(receivedAt)),
      column(({ eventCount }) => eventCount),
      column(({ payload }) => payload),
    ],
  ];
}
