import type { CountName, QuotaAmount } from '../domain/index.js';

/** A count of which a store has another amount than it should. */
export interface StoreDifference {
  readonly name: CountName;
  /** What is held: as its reservations in the store add up. Usage, used and settled: as Postgres has it. */
  readonly part: 'held' | 'usage';
  /** Null: what is there is no amount. */
  readonly counted: QuotaAmount | null;
  readonly expected: QuotaAmount;
}

/** A store that counts elsewhere than in Postgres, compared with itself and with Postgres. */
export interface StoreAudit {
  /** Counts whose usage was compared. */
  readonly counts: number;
  /** Active reservations that were looked for. */
  readonly reservations: number;
  /** False: what is held was not added up, for too many reservations are under way. */
  readonly heldCompared: boolean;
  /** By series, start, subject and part; at most 1,000 of each part. */
  readonly differences: readonly StoreDifference[];
  readonly moreDifferences: number;
  /** Reservations that are active in Postgres and that the store does not know; at most 1,000. */
  readonly missing: readonly string[];
  readonly moreMissing: number;
  /** Whether all of the account's counts in the store are made anew. */
  readonly repaired: boolean;
}

/** How much is wrong: counts and reservations. */
export function faultsOf(audit: Omit<StoreAudit, 'repaired'>): number {
  return audit.differences.length + audit.moreDifferences + audit.missing.length + audit.moreMissing;
}
