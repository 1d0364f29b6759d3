import type { EpochMs } from '#calendar';
import type { PoolPolicy, SharedPolicy } from '../domain/index.js';

/** A policy as it was recorded. */
export interface RecordedPoolPolicy extends PoolPolicy {
  readonly recordedAt: EpochMs;
  readonly recordedBy: string | null;
}

export interface RecordedSharedPolicy extends SharedPolicy {
  readonly recordedAt: EpochMs;
  readonly recordedBy: string | null;
}

interface NamedPool {
  readonly pool: string;
  readonly createdAt: EpochMs;
}

export interface CapacityPool extends NamedPool {
  readonly kind: 'capacity';
  /** Ascending by version. */
  readonly policies: readonly RecordedPoolPolicy[];
}

export interface SharedPool extends NamedPool {
  readonly kind: 'shared';
  /** Ascending by version. */
  readonly policies: readonly RecordedSharedPolicy[];
}

/** A pool never changes its kind. */
export type Pool = CapacityPool | SharedPool;

export interface PoolPage {
  readonly accountId: number;
  /** Pools with a greater name in code-unit order. */
  readonly after: string | undefined;
  readonly limit: number;
}

export interface PoolStore {
  list(page: PoolPage): Promise<readonly Pool[]>;
  find(accountId: number, pool: string): Promise<Pool | undefined>;
  /** The pool with its first policy. False if there is one of that name. */
  create(accountId: number, pool: CapacityPool): Promise<boolean>;
  /**
   * Adds what `decide` answers, with the next version, under the pool's lock; undefined adds nothing. Answers the pool as
   * it is then, or undefined if there is none.
   */
  addPolicy(
    accountId: number,
    pool: string,
    decide: (current: Pool) => Omit<RecordedPoolPolicy, 'version'> | undefined,
  ): Promise<Pool | undefined>;
}
