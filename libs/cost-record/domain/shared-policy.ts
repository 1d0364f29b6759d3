import type { EpochMs } from '#calendar';
import type { TeamShares } from './team-shares.js';

/** Pools are capacity that serves models, or cost that all share: storage, network, platform staff, support. */
export const POOL_KINDS = ['capacity', 'shared'] as const;
export type PoolKind = (typeof POOL_KINDS)[number];

/** What parts of a shared cost may follow: what was attributed already, tokens, nothing (the same for each), an agreement. */
export const SHARED_RULES = ['attributed_cost', 'tokens', 'even', 'fixed'] as const;
type FollowedRule = Exclude<(typeof SHARED_RULES)[number], 'fixed'>;

/** What a pool agreed to, in percent scaled by 10^6. */
export interface PoolShare {
  readonly pool: string;
  readonly percent: bigint;
}

/** Of each pool at most one, sorted by name. */
export type PoolShares = readonly PoolShare[];

/** Who a shared pool's cost goes to, and by which rule. Over pools, each pool's part follows that pool's own cost. */
export type SharedSplit =
  | { readonly over: 'teams'; readonly by: FollowedRule }
  | { readonly over: 'teams'; readonly by: 'fixed'; readonly shares: TeamShares }
  /** `pools` null: every pool of capacity that cost something. Named ones are sorted, and may be shared pools. */
  | { readonly over: 'pools'; readonly by: FollowedRule; readonly pools: readonly string[] | null }
  | { readonly over: 'pools'; readonly by: 'fixed'; readonly shares: PoolShares };

export interface SharedPolicy {
  readonly pool: string;
  readonly version: number;
  readonly validFrom: EpochMs;
  readonly split: SharedSplit;
}

export function toPoolShares(percents: Iterable<readonly [pool: string, percent: bigint]>): PoolShares {
  return [...percents].map(([pool, percent]) => ({ pool, percent })).sort((a, b) => (a.pool < b.pool ? -1 : 1));
}

/** The pools that a split names. */
export function namedPools(split: SharedSplit): readonly string[] {
  if (split.over === 'teams') return [];
  return split.by === 'fixed' ? split.shares.map(({ pool }) => pool) : (split.pools ?? []);
}

export function isPoolKind(text: string): text is PoolKind {
  return POOL_KINDS.some((kind) => kind === text);
}
