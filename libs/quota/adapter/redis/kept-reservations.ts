import type { DataSource } from 'typeorm';
import { runPrepared, sqlStateOf } from '#platform';
import type { ReserveOrder } from '../../service/quota-store.js';
import { OTHER_GENERATION } from '../quota-errors.js';
import { jsonbArray, reservationColumns } from '../reserve-parameters.js';

const FIND = `
  select idempotency_key as key, reservation_id as "reservationId", fingerprint
  from quota_reservation where account_id = $1 and idempotency_key = any($2)`;

const KEEP = {
  name: 'quota_keep',
  text: `
  select order_id as "orderId", known_id as "reservationId", known_print as fingerprint
  from quota_keep($1, $2, $3, $4::uuid[], $5::timestamptz[], $6::timestamptz[], ${jsonbArray('$7')}, ${jsonbArray('$8')}, $9::text[], $10::text[])`,
};

/** A reservation that was made before with a key. */
export interface KnownKey {
  readonly reservationId: string;
  readonly fingerprint: string;
}

/** What Postgres keeps of what Redis decides. */
export class KeptReservations {
  constructor(private readonly dataSource: DataSource) {}

  /** Of those of the orders' keys that are known, by key. */
  async find(accountId: number, orders: readonly ReserveOrder[]): Promise<ReadonlyMap<string, KnownKey>> {
    const keys = orders.flatMap(({ idempotencyKey }) => idempotencyKey ?? []);
    if (keys.length === 0) return new Map();
    const rows = await this.dataSource.query<(KnownKey & { readonly key: string })[]>(FIND, [accountId, keys]);
    return new Map(rows.map(({ key, ...known }) => [key, known]));
  }

  /**
   * Keeps what was admitted on a generation, all or nothing; with nothing admitted, says whether it was decided on what is in
   * force. Gives by reservation those whose key became another's meanwhile, which are not kept; undefined: it was decided on counts
   * that are no longer those of Redis.
   */
  async keep(
    part: { readonly accountId: number; readonly revision: string; readonly generation: string },
    admitted: readonly ReserveOrder[],
  ): Promise<ReadonlyMap<string, KnownKey> | undefined> {
    const parameters = [part.accountId, part.revision, part.generation, ...reservationColumns(admitted)];
    try {
      const rows = await runPrepared<KnownKey & { readonly orderId: string }>(
        this.dataSource.manager,
        KEEP,
        parameters,
      );
      return new Map(rows.map(({ orderId, ...known }) => [orderId, known]));
    } catch (error) {
      if (sqlStateOf(error) === OTHER_GENERATION) return undefined;
      throw error;
    }
  }

  /** Whether these are the counts that Redis has. */
  async isCurrent(accountId: number, generation: string): Promise<boolean> {
    const rows = await this.dataSource.query<unknown[]>(
      `select from quota_generation where account_id = $1 and store = 'redis' and generation = $2`,
      [accountId, generation],
    );
    return rows.length > 0;
  }
}
