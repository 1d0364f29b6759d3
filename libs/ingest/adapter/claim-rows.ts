import type { ClaimedRow } from '../service/flush-store.js';
import type { PgSession } from './pg-session.js';

/** Rows of one look: small ones make a flush by hundreds. A look costs little, for it reads no payload and locks nothing. */
const LOOK_ROWS = 512;

const LOOK = `
  select account_id, inbox_id, event_count, received_at::text
  from ingest_inbox where finished_at is null and (received_at, inbox_id) > ($2::timestamptz, $3::uuid)
  order by received_at, inbox_id limit $1`;

const CLAIM = `
  select account_id, inbox_id, (extract(epoch from received_at) * 1000)::bigint, event_count, payload
  from ingest_inbox where account_id = any($1::int[]) and inbox_id = any($2::uuid[]) and finished_at is null
  order by received_at, inbox_id for update skip locked`;

interface SeenRow {
  readonly accountId: number;
  readonly inboxId: string;
  readonly eventCount: number;
  readonly receivedAt: string;
}

/**
 * Locks the oldest waiting rows that nobody else holds: of at most so many events, or one row that has more by itself. Only
 * what is kept is locked and read, so what does not fit is free for others. Nothing is waited for, so nothing deadlocks.
 */
export async function claimRows(session: PgSession, maxEvents: number): Promise<readonly ClaimedRow[]> {
  const claimed: ClaimedRow[] = [];
  let room = maxEvents;
  // A claim of half the size is a flush; to look again for the rest of it would cost more than it brings.
  for await (const seen of looks(session)) {
    for (let from = 0; from < seen.length && room > maxEvents / 2; ) {
      const count = countThatFit(seen, from, room);
      // At least one row must go, or one that is larger than a flush would wait for ever.
      if (count === 0 && claimed.length > 0) return claimed;
      const chosen = seen.slice(from, from + Math.max(count, 1));
      // Of these, others may hold or have finished some by now.
      const rows = await claim(session, chosen);
      claimed.push(...rows);
      room -= rows.reduce((sum, { eventCount }) => sum + eventCount, 0);
      from += chosen.length;
    }
    if (room <= maxEvents / 2) break;
  }
  return claimed;
}

/** All waiting rows, the oldest first, those that others hold among them. */
async function* looks(session: PgSession): AsyncGenerator<readonly SeenRow[]> {
  let [receivedAt, inboxId] = ['-infinity', '00000000-0000-0000-0000-000000000000'];
  for (;;) {
    const seen = (await session.query(LOOK, [LOOK_ROWS, receivedAt, inboxId])).map(toSeenRow);
    yield seen;
    const last = seen.at(-1);
    if (!last || seen.length < LOOK_ROWS) return;
    ({ receivedAt, inboxId } = last);
  }
}

function countThatFit(seen: readonly SeenRow[], from: number, room: number): number {
  let events = 0;
  for (let i = from; i < seen.length; i += 1) {
    events += seen[i]?.eventCount ?? 0;
    if (events > room) return i - from;
  }
  return seen.length - from;
}

async function claim(session: PgSession, chosen: readonly SeenRow[]): Promise<readonly ClaimedRow[]> {
  const accounts = [...new Set(chosen.map(({ accountId }) => accountId))];
  return (await session.query(CLAIM, [accounts, chosen.map(({ inboxId }) => inboxId)])).map(toClaimedRow);
}

function toSeenRow([accountId, inboxId, eventCount, receivedAt]: readonly unknown[]): SeenRow {
  return {
    accountId: Number(accountId),
    inboxId: String(inboxId),
    eventCount: Number(eventCount),
    receivedAt: String(receivedAt),
  };
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
