import { randomUUID } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import { CountsUnavailableError } from '../../service/quota-store.js';
import type { RedisCounts, ToldReservation } from './redis-counts.js';

/** In the order of their numbers, and those that others are about to take away are theirs. */
const DROP_CHANGES = `
  delete from quota_change q using (
    select quota_change_id from quota_change where account_id = $1 order by quota_change_id for update skip locked
  ) t
  where q.account_id = $1 and q.quota_change_id = t.quota_change_id`;

/** So many reservations are told in one go: a script that adds them keeps Redis from nothing else for long. */
const CHUNK = 500;

/** In one pass, whatever there is: the cursor ends with the transaction. */
const ACTIVE = `
  declare quota_active no scroll cursor for
  select reservation_id as "reservationId", (extract(epoch from expires_at) * 1000)::bigint as "expiresAt", shares
  from quota_reservation where account_id = $1 and state = 'active'`;

const UNKNOWN = `
  select id from unnest($2::uuid[]) id
  where not exists (select from quota_reservation r where r.account_id = $1 and r.reservation_id = id)`;

interface ActiveRow {
  readonly reservationId: string;
  readonly expiresAt: string;
  readonly shares: readonly (readonly [seriesId: string, subject: string, start: string, held: string])[];
}

interface Generation {
  readonly store: 'postgres' | 'redis';
  readonly generation: string;
}

/**
 * Makes the counts in Redis out of what Postgres has. Each time has a name of its own, which Postgres knows: what was decided on
 * other counts than those of this name is not kept. Whoever makes them or names them anew holds the account's lock alone, so
 * nothing is kept, ended or metered meanwhile.
 */
export class Generations {
  constructor(
    private readonly dataSource: DataSource,
    private readonly counts: RedisCounts,
    private readonly renewed: (accountId: number) => void,
  ) {}

  /**
   * Makes an account's counts anew unless those in Redis are the right ones. False: another process is about it. `mayTakeOver`:
   * whether to do so when Postgres counts.
   */
  renew(accountId: number, mayTakeOver: boolean): Promise<boolean> {
    return this.dataSource.transaction(async (manager) => {
      const [turn] = await manager.query<{ mine: boolean }[]>(
        `select pg_try_advisory_xact_lock(hashtext('quota generation'), $1) as mine`,
        [accountId],
      );
      if (!turn?.mine) return false;
      const current = await lock(manager, accountId);
      if (current?.store === 'redis' && (await this.counts.generation(accountId)) === current.generation) return true;
      if (current?.store === 'postgres' && !mayTakeOver) {
        throw new CountsUnavailableError(
          'another process has the counts in Postgres: start all with the same settings',
        );
      }
      if (current?.store !== 'redis') {
        await manager.query('update quota_count set held = 0 where account_id = $1 and held <> 0', [accountId]);
      }
      await this.make(manager, accountId);
      return true;
    });
  }

  /** Lets go of what Redis holds for reservations that Postgres does not know and, with a new name, never will. */
  dropUnknown(accountId: number, reservationIds: readonly string[]): Promise<void> {
    return this.dataSource.transaction(async (manager) => {
      const current = await lock(manager, accountId);
      if (current?.store !== 'redis') return;
      const unknown = await manager.query<{ id: string }[]>(UNKNOWN, [accountId, reservationIds]);
      if (unknown.length === 0) return;
      const generation = await nameAnew(manager, accountId);
      const ids = unknown.map(({ id }) => id);
      await this.counts.rename(accountId, current.generation, generation, ids);
    });
  }

  /**
   * Gives up the counts in Redis, and with them what it was to be told: they are made anew before anything is decided again. `only`:
   * unless they have been since they had that name.
   */
  abandon(accountId: number, only?: string): Promise<void> {
    return this.dataSource.transaction(async (manager) => {
      const current = await lock(manager, accountId);
      if (current?.store !== 'redis' || (only !== undefined && current.generation !== only)) return;
      await nameAnew(manager, accountId);
      await manager.query(DROP_CHANGES, [accountId]);
    });
  }

  private async make(manager: EntityManager, accountId: number): Promise<void> {
    const generation = await nameAnew(manager, accountId);
    // Usage is told of as it is asked for.
    await manager.query(DROP_CHANGES, [accountId]);
    await this.counts.begin(accountId, generation);
    for await (const reservations of active(manager, accountId)) {
      await this.counts.fill(accountId, generation, reservations);
    }
    // Before the commit: until then nothing that is decided is kept, and should it fail nothing ever is.
    await this.counts.publish(accountId, generation);
    this.renewed(accountId);
  }
}

/** Waits for all who share the lock, and keeps others out until the transaction is over. */
async function lock(manager: EntityManager, accountId: number): Promise<Generation | undefined> {
  await manager.query(`select pg_advisory_xact_lock(hashtext('quota'), $1)`, [accountId]);
  const [row] = await manager.query<Generation[]>(
    'select store, generation from quota_generation where account_id = $1',
    [accountId],
  );
  return row;
}

async function nameAnew(manager: EntityManager, accountId: number): Promise<string> {
  const generation = randomUUID();
  await manager.query(
    `insert into quota_generation (account_id, store, generation) values ($1, 'redis', $2)
    on conflict (account_id) do update set store = excluded.store, generation = excluded.generation`,
    [accountId, generation],
  );
  return generation;
}

/** Reservations under way, in chunks. */
async function* active(manager: EntityManager, accountId: number): AsyncGenerator<ToldReservation[]> {
  await manager.query(ACTIVE, [accountId]);
  for (;;) {
    const rows = await manager.query<ActiveRow[]>(`fetch ${CHUNK} from quota_active`);
    if (rows.length > 0) yield rows.map(toReservation);
    if (rows.length < CHUNK) return;
  }
}

function toReservation({ reservationId, expiresAt, shares }: ActiveRow): ToldReservation {
  return {
    reservationId,
    expiresAt: Number(expiresAt),
    shares: shares.map(([seriesId, subject, start, held]) => ({
      seriesId,
      subject,
      start: Date.parse(start),
      held: BigInt(held),
    })),
  };
}
