import type { EpochMs } from '#calendar';
import type { Claim, QuotaAmount } from '../domain/index.js';
import type { StoreAudit } from './store-audit.js';

/** How much counts in one count now. All of them count against the limit. */
export interface CountTotals {
  /** Metered usage. */
  readonly used: QuotaAmount;
  /** What reservations were settled with whose usage has not been metered yet. */
  readonly settled: QuotaAmount;
  /** What reservations hold that are not over. */
  readonly held: QuotaAmount;
}

export interface ReserveOrder {
  readonly accountId: number;
  /** Of the definitions that the claims were made from: with others in force nothing is decided. */
  readonly revision: string;
  readonly reservationId: string;
  readonly at: EpochMs;
  readonly expiresAt: EpochMs;
  /** At most one for each series; of other series none is touched. */
  readonly claims: readonly Claim[];
  /** What was asked, as JSON: kept with the reservation. */
  readonly request: string;
  /** Null: none was given. */
  readonly idempotencyKey: string | null;
  /** Stands for what was asked: the same key with another is a conflict. */
  readonly fingerprint: string;
}

export type ReserveAnswer =
  | {
      readonly outcome: 'admitted' | 'refused';
      /** For each claim, what was counted against its ceiling before it. */
      readonly before: readonly QuotaAmount[];
    }
  /** A reservation with this idempotency key is there. */
  | { readonly outcome: 'known'; readonly reservationId: string; readonly fingerprint: string }
  /** Nothing came of it. `StaleDefinitionsError`, `MissingCountError`: it may be asked again. `CountsUnavailableError`, an outage. */
  | { readonly outcome: 'undecided'; readonly error: unknown };

export const RESERVATION_STATES = ['active', 'settled', 'released', 'expired'] as const;
export type ReservationState = (typeof RESERVATION_STATES)[number];

/** What a reservation holds in one count. */
export interface ReservedShare {
  readonly seriesId: string;
  readonly subject: string;
  readonly start: EpochMs;
  readonly held: QuotaAmount;
}

export interface Reservation {
  readonly accountId: number;
  readonly reservationId: string;
  readonly state: ReservationState;
  /** Whether its usage has been metered. */
  readonly metered: boolean;
  readonly createdAt: EpochMs;
  readonly expiresAt: EpochMs;
  /** Null while it is active. */
  readonly endedAt: EpochMs | null;
  readonly request: string;
  readonly shares: readonly ReservedShare[];
  /** What it was settled with in each share, while its usage has not been metered; null: it was not, or has been. */
  readonly amounts: readonly QuotaAmount[] | null;
}

/** How a reservation ends. What is not active any more stays as it is, and so does what is to expire and is not over at that time. */
export interface FinishOrder {
  readonly accountId: number;
  readonly reservationId: string;
  readonly at: EpochMs;
  readonly state: 'settled' | 'released' | 'expired';
  /** What it is settled with in each of its shares, in their order; empty unless it is settled. */
  readonly amounts: readonly QuotaAmount[];
}

/** The state a reservation was in before and, where it has changed, is in now; undefined: there is no such reservation. */
export interface FinishAnswer {
  readonly before: ReservationState;
  readonly after: ReservationState;
}

/** The definitions that an order was made from are not those in force: load them and ask again. */
export class StaleDefinitionsError extends Error {
  override readonly name = 'StaleDefinitionsError';
}

/** A count that a claim names is not there: have the ledger make it and ask again. */
export class MissingCountError extends Error {
  override readonly name = 'MissingCountError';
}

/** The counts are out of reach or being rebuilt. What each quota's fallback says holds meanwhile. */
export class CountsUnavailableError extends Error {
  override readonly name = 'CountsUnavailableError';
}

/**
 * Keeps counts and reservations. Whatever the number of processes and wherever they are killed: what was admitted and is not over, was
 * settled or metered never passes a ceiling by another admission; and what was answered is kept.
 *
 * Reservations are kept in Postgres whichever store counts, so that nothing else needs to know which one does.
 */
export interface QuotaStore {
  /**
   * Decides orders one after the other, each all or nothing over its claims, and answers all of them: what part of them is decided is
   * never lost by what becomes of the others.
   */
  reserve(orders: readonly ReserveOrder[]): Promise<readonly ReserveAnswer[]>;
  /** What is counted against each of the claims now; holds nothing. Throws `CountsUnavailableError`. */
  look(claims: readonly Claim[]): Promise<readonly QuotaAmount[]>;
  /** Ends reservations of one account, each on its own. */
  finish(orders: readonly FinishOrder[]): Promise<readonly (FinishAnswer | undefined)[]>;
  /** Makes an active reservation last until then, if that is later; undefined: there is none that is active and not over. */
  extend(accountId: number, reservationId: string, at: EpochMs, expiresAt: EpochMs): Promise<EpochMs | undefined>;
  /** Ends active reservations whose time is over, the oldest first and no more than `limit`. Gives how many. */
  expire(at: EpochMs, limit: number): Promise<number>;
  find(accountId: number, reservationIds: readonly string[]): Promise<readonly Reservation[]>;
  /**
   * Counts what a transaction outside of the store has changed in Postgres: for whoever has metered usage, once it is committed. A
   * store that counts elsewhere finds it by itself within a second or two, and whenever it cannot do so at once.
   */
  catchUp(accountId: number): Promise<void>;
  /**
   * Compares what it counts elsewhere than in Postgres with itself and with Postgres, while all goes on. `repair`: where anything is
   * wrong, all of the account's counts are made anew from Postgres before anything is decided again. Undefined: it has nothing to
   * compare, or what it has is being made anew from Postgres. Throws `CountsUnavailableError`.
   */
  audit(accountId: number, repair: boolean): Promise<StoreAudit | undefined>;
}

export const QUOTA_STORE = Symbol('QuotaStore');
