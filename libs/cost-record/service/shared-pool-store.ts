import type { EpochMs } from '#calendar';
import type { Outcome } from '#outcome';
import type { PoolKind, SharedPolicy } from '../domain/index.js';
import type { RecordedSharedPolicy, SharedPool } from './pool-store.js';

/** All that a policy of a shared pool must fit: which pools there are, and where the cost of shared ones goes. */
export interface PoolNet {
  readonly kinds: ReadonlyMap<string, PoolKind>;
  readonly policies: readonly SharedPolicy[];
}

export interface SharedPoolChange {
  readonly pool: string;
  /** When the pool was made, for one that is new. */
  readonly createdAt: EpochMs | null;
  /** Null adds none: what it would say holds already. */
  readonly policy: RecordedSharedPolicy | null;
}

export interface SharedPoolStore {
  /** The net as it is. */
  net(accountId: number): Promise<PoolNet>;
  /** Makes the change that `decide` answers, with no pool or shared policy of the account added meanwhile. */
  change(accountId: number, decide: (net: PoolNet) => Outcome<SharedPoolChange>): Promise<Outcome<SharedPool>>;
}
