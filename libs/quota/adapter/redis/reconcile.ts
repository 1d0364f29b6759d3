import type { DataSource } from 'typeorm';
import { type EpochMs, formatInstant } from '#calendar';
import type { Generations } from './generations.js';
import type { Projection } from './projection.js';
import type { RedisCounts } from './redis-counts.js';

const DUE_MAX = 1_000;
/** Beyond, it is cheaper to make the counts anew than to keep what Redis is to be told once it is back. */
const CHANGES_MAX = 100_000;

const STATES = `
  select reservation_id as "reservationId", state, (extract(epoch from expires_at) * 1000)::bigint as "expiresAt"
  from quota_reservation where account_id = $1 and reservation_id = any($2::uuid[]) and (state <> 'active' or expires_at > $3)`;

const KNOWN =
  'select reservation_id as id from quota_reservation where account_id = $1 and reservation_id = any($2::uuid[])';

/** Finds what processes that died, or could not reach Redis, have left undone. */
export class Reconcile {
  constructor(
    private readonly dataSource: DataSource,
    private readonly counts: RedisCounts,
    private readonly projection: Projection,
    private readonly generations: Generations,
  ) {}

  /** All accounts, each on its own. Throws what the last of them that failed did. */
  async run(at: EpochMs): Promise<void> {
    const accounts = await this.dataSource.query<{ id: number }[]>(
      `select account_id as id from quota_generation where store = 'redis'`,
    );
    const results = await Promise.allSettled(accounts.map(({ id }) => this.account(id, at)));
    const failed = results.findLast((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }

  private async account(accountId: number, at: EpochMs): Promise<void> {
    try {
      await this.projection.catchUp(accountId);
      await this.letGo(accountId, at);
    } catch (error) {
      if (await this.hasTooMuchToTell(accountId)) await this.generations.abandon(accountId);
      throw error;
    }
  }

  /** What is due in Redis is over, lasts longer than Redis knows, or was never kept. */
  private async letGo(accountId: number, at: EpochMs): Promise<void> {
    const due = await this.counts.due(accountId, at, DUE_MAX);
    if (due.length === 0) return;
    const rows = await this.dataSource.query<{ reservationId: string; state: string; expiresAt: string }[]>(STATES, [
      accountId,
      due,
      formatInstant(at),
    ]);
    const ended = rows.filter(({ state }) => state !== 'active');
    await this.counts.tell(
      accountId,
      ended.map(({ reservationId }) => reservationId),
      [],
    );
    for (const { reservationId, state, expiresAt } of rows) {
      if (state === 'active') await this.counts.postpone(accountId, reservationId, Number(expiresAt));
    }
    const known = await this.dataSource.query<{ id: string }[]>(KNOWN, [accountId, due]);
    const ids = new Set(known.map(({ id }) => id));
    const unknown = due.filter((id) => !ids.has(id));
    if (unknown.length > 0) await this.generations.dropUnknown(accountId, unknown);
  }

  private async hasTooMuchToTell(accountId: number): Promise<boolean> {
    const [row] = await this.dataSource.query<{ many: boolean }[]>(
      `select exists (select from quota_change where account_id = $1 offset $2) as many`,
      [accountId, CHANGES_MAX],
    );
    return row?.many === true;
  }
}
