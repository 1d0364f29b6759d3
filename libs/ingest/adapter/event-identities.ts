import { BinaryCopy, sqlStateOf } from '#platform';
import type { UsageEvent } from '../domain/index.js';
import type { FlushTransaction } from '../service/flush-store.js';
import { UnstorableError } from '../service/unstorable-error.js';
import { timestamptzArray, uuidArray } from './binary-array.js';
import type { PgSession } from './pg-session.js';

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

const COPY = 'copy event_identity (account_id, identity, content, occurred_at) from stdin (format binary)';
const COLUMNS = 4;
const ROW_BYTES = COLUMNS * 4 + 4 + 16 + 16 + 8;

const UNIQUE_VIOLATION = '23505';
/** So many that the two round trips which a copy takes more are nothing. */
const COPIED_FROM = 500;
/** Registrations after one that met known events: what is sent again comes in crowds. */
const CAREFUL_FOR = 256;

interface RegisteringTransaction extends Pick<FlushTransaction, 'attempt'> {
  readonly session: PgSession;
}

/**
 * Makes events known. Nearly all are new, so many are copied in at half of what it costs to ask for each; a copy that
 * meets a known one is undone, and for a while each is asked for. One for all flushes of a process.
 */
export class EventIdentities {
  private carefulFor = 0;

  /** The places of those that were known before. Throws `UnstorableError`. */
  async register(
    transaction: RegisteringTransaction,
    accountId: number,
    events: readonly UsageEvent[],
  ): Promise<readonly number[]> {
    if (this.carefulFor > 0) this.carefulFor -= 1;
    else if (events.length >= COPIED_FROM && (await this.copyAll(transaction, accountId, events))) return [];
    const known = await transaction.session.query(REGISTER, [
      accountId,
      uuidArray(events.map(({ identity }) => identity)),
      uuidArray(events.map(({ content }) => content)),
      timestamptzArray(events.map(({ occurredAt }) => occurredAt)),
    ]);
    return known.map(([place]) => Number(place) - 1);
  }

  /** Whether all were new; if not, nothing was done. */
  private async copyAll(
    transaction: RegisteringTransaction,
    accountId: number,
    events: readonly UsageEvent[],
  ): Promise<boolean> {
    try {
      await transaction.attempt(() => transaction.session.copy(COPY, render(accountId, events)));
      return true;
    } catch (error) {
      // Also after a deadlock, which copies of the same events can come to: they take partitions in no one order.
      this.carefulFor = CAREFUL_FOR;
      if (error instanceof UnstorableError && sqlStateOf(error.cause) === UNIQUE_VIOLATION) return false;
      throw error;
    }
  }
}

function render(accountId: number, events: readonly UsageEvent[]): Buffer {
  const copy = new BinaryCopy(COLUMNS, events.length * (ROW_BYTES + 2));
  for (const { identity, content, occurredAt } of events) {
    copy.row(ROW_BYTES);
    copy.int32(accountId);
    copy.uuid(identity);
    copy.uuid(content);
    copy.timestamptz(occurredAt);
  }
  return copy.end();
}
