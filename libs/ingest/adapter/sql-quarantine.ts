import type { DataSource } from 'typeorm';
import { EVENT_CODES, type EventCode } from '../domain/index.js';
import {
  type DiscardInput,
  type ListQuarantineInput,
  QUARANTINE_STATES,
  type QuarantinedEvent,
  type QuarantinedEventWithRaw,
  type QuarantineStore,
} from '../service/quarantine.js';

const COLUMNS = `quarantine_id, (extract(epoch from received_at) * 1000)::bigint as received_ms, state, code, pointer, detail,
  source, event_id, inbox_id, event_index, (extract(epoch from resolved_at) * 1000)::bigint as resolved_ms, resolved_by,
  replay_batch_id, discard_reason`;

const DISCARD = `
  update quarantine set state = 'discarded', resolved_at = now(), resolved_by = $3, discard_reason = $4
  where account_id = $1 and quarantine_id = $2 and state = 'open' returning 1`;

interface Row {
  readonly quarantine_id: string;
  readonly received_ms: string;
  readonly state: string;
  readonly code: string;
  readonly pointer: string;
  readonly detail: string;
  readonly source: string | null;
  readonly event_id: string | null;
  readonly inbox_id: string;
  readonly event_index: number;
  readonly resolved_ms: string | null;
  readonly resolved_by: string | null;
  readonly replay_batch_id: string | null;
  readonly discard_reason: string | null;
}

/** The quarantine as a table. */
export class SqlQuarantine implements QuarantineStore {
  constructor(private readonly dataSource: DataSource) {}

  async list({ accountId, state, code, after, limit }: ListQuarantineInput): Promise<readonly QuarantinedEvent[]> {
    const rows = await this.dataSource.query<Row[]>(
      `select ${COLUMNS} from quarantine
       where account_id = $1 and ($2::text is null or state = $2) and ($3::text is null or code = $3)
         and ($4::uuid is null or quarantine_id < $4)
       order by quarantine_id desc limit $5`,
      [accountId, state ?? null, code ?? null, after ?? null, limit],
    );
    return rows.map(fromRow);
  }

  async find(accountId: number, quarantineId: string): Promise<QuarantinedEventWithRaw | undefined> {
    const [row] = await this.dataSource.query<(Row & { readonly raw: Buffer })[]>(
      `select ${COLUMNS}, raw from quarantine where account_id = $1 and quarantine_id = $2`,
      [accountId, quarantineId],
    );
    return row && { ...fromRow(row), raw: row.raw };
  }

  async discard({ accountId, quarantineId, by, reason }: DiscardInput): Promise<boolean> {
    const [rows] = await this.dataSource.query<[unknown[], number]>(DISCARD, [accountId, quarantineId, by, reason]);
    return rows.length > 0;
  }

  async contentOf(accountId: number, identity: string): Promise<string | undefined> {
    const [row] = await this.dataSource.query<{ content: string }[]>(
      `select replace(content::text, '-', '') as content from event_identity where account_id = $1 and identity = $2`,
      [accountId, identity],
    );
    return row?.content;
  }
}

function fromRow(row: Row): QuarantinedEvent {
  return {
    quarantineId: row.quarantine_id,
    receivedAt: Number(row.received_ms),
    state: QUARANTINE_STATES.find((state) => state === row.state) ?? 'open',
    code: toCode(row.code),
    pointer: row.pointer,
    detail: row.detail,
    source: row.source,
    id: row.event_id,
    inboxId: row.inbox_id,
    index: row.event_index,
    resolvedAt: row.resolved_ms === null ? null : Number(row.resolved_ms),
    resolvedBy: row.resolved_by,
    replayBatchId: row.replay_batch_id,
    discardReason: row.discard_reason,
  };
}

function toCode(text: string): EventCode {
  const code = EVENT_CODES.find((known) => known === text);
  if (!code) throw new Error(`the quarantine holds the code ${text}, which no event is refused with`);
  return code;
}
