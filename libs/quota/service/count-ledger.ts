import type { EpochMs } from '#calendar';
import type { CountName, QuotaAmount } from '../domain/index.js';

/** A count that is asked for, and what to begin it with. */
export interface CountOrder {
  readonly name: CountName;
  readonly end: EpochMs;
  /** Whether it is one of several that are summed: then what stands for all of them is made as well. */
  readonly isSlice: boolean;
  /** What goes over to it from the window before. Asked only where it is not there yet. */
  readonly carry: () => Promise<QuotaAmount>;
}

/** Makes counts, which reservations and usage are then added to. A count once there stays. */
export interface CountLedger {
  /** What went over to each from the window before, in the order asked for. */
  ensure(orders: readonly CountOrder[]): Promise<readonly QuotaAmount[]>;
  /** Forgets what it knows to be there. */
  forget(): void;
  /** All that counts in one, and what was carried to it; undefined: it is not there. */
  read(name: CountName): Promise<{ readonly total: QuotaAmount; readonly carried: QuotaAmount } | undefined>;
}

export const COUNT_LEDGER = Symbol('CountLedger');
