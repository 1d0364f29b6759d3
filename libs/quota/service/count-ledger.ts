import type { EpochMs } from '#calendar';
import type { CountName, QuotaAmount } from '../domain/index.js';

/** A count that is asked for, and what to begin it with. */
export interface CountOrder {
  readonly name: CountName;
  readonly end: EpochMs;
  /** What goes over to it from the window before, where it is not there yet. */
  readonly carry: () => Promise<QuotaAmount>;
}

/** A count as Postgres knows it. */
export interface KnownCount {
  readonly countId: string;
  readonly carried: QuotaAmount;
}

/** Makes counts, which reservations and usage are then added to by their ids. A count once there stays what it is. */
export interface CountLedger {
  /** In the order asked for. */
  ensure(orders: readonly CountOrder[]): Promise<readonly KnownCount[]>;
}

export const COUNT_LEDGER = Symbol('CountLedger');
