import type { EpochMs } from '#calendar';
import type { Picos } from '#money';

/** What a token of a pool costs, from an instant on: a running average of its month, for costs are known only when it is over. */
export interface PoolRate {
  readonly pool: string;
  readonly validFrom: EpochMs;
  /** Of the capacity that was used. */
  readonly effectivePicosPerMillion: Picos;
  /** Of all capacity, idle time included. */
  readonly billedPicosPerMillion: Picos;
}

/** Running rates are recorded as they change and never rewritten: usage counted by one is counted alike ever after. */
export interface PoolRateStore {
  /** All of an account's that hold at some time in [start, end), by pool and then time; the first of each pool holds before it too. */
  load(accountId: number, start: EpochMs, end: EpochMs): Promise<readonly PoolRate[]>;
  /** Records those that differ from the last of their pool. */
  record(accountId: number, rates: readonly PoolRate[]): Promise<void>;
}
