import {
  CHARGE_PERIOD_MS,
  type Clock,
  chargePeriodStart,
  type DatedVersion,
  type EpochMs,
  isChargePeriodEdge,
  versionAt,
} from '#calendar';
import { type Failure, fail, type Outcome, succeed } from '#outcome';
import { type PolicyTerms, type PoolKind, type PoolPolicy, samePolicy } from '../domain/index.js';
import type { CapacityPool, Pool, PoolPage, PoolStore, RecordedPoolPolicy } from './pool-store.js';

/** Who does it. */
export interface Author {
  readonly accountId: number;
  readonly apiKeyId: string | null;
}

export interface SetPolicyInput {
  readonly pool: string;
  readonly terms: PolicyTerms;
  /** Undefined: from the beginning for a pool's first policy, from the next charge period on for later ones. */
  readonly validFrom: EpochMs | undefined;
}

/** Since when a pool's first policy holds, so that usage and cost from before it was set up are covered. */
export const BEGINNING: EpochMs = 0;

/** What one does with pools and their policies; `SharedPools` sets up those of shared cost. */
export class Pools {
  constructor(
    private readonly store: PoolStore,
    private readonly clock: Clock,
  ) {}

  list(page: PoolPage): Promise<readonly Pool[]> {
    return this.store.list(page);
  }

  /** Fails with `cost_record.pool_not_found`. */
  async find(accountId: number, pool: string): Promise<Outcome<Pool>> {
    const found = await this.store.find(accountId, pool);
    return found ? succeed(found) : fail(poolNotFound(pool));
  }

  /** Fails with `cost_record.pool_exists`, `cost_record.not_on_period_edge`. */
  async create(author: Author, input: SetPolicyInput): Promise<Outcome<CapacityPool>> {
    const validFrom = input.validFrom ?? BEGINNING;
    if (!isChargePeriodEdge(validFrom)) return fail(NOT_ON_EDGE);
    const policy = { ...this.policyOf(author, input, validFrom), version: 1 };
    const { pool: name } = input;
    const pool: CapacityPool = { pool: name, kind: 'capacity', createdAt: this.clock.now(), policies: [policy] };
    return (await this.store.create(author.accountId, pool)) ? succeed(pool) : fail(poolExists(name));
  }

  /**
   * Saying what holds already adds no version. Fails with `cost_record.pool_not_found`, `cost_record.not_on_period_edge`,
   * `cost_record.other_pool_kind`.
   */
  async addPolicy(author: Author, input: SetPolicyInput): Promise<Outcome<CapacityPool>> {
    const validFrom = input.validFrom ?? nextChargePeriod(this.clock.now());
    if (!isChargePeriodEdge(validFrom)) return fail(NOT_ON_EDGE);
    const pool = await this.store.addPolicy(author.accountId, input.pool, (pool) => {
      if (pool.kind !== 'capacity') return undefined;
      return saysSo(pool.policies, input.terms, validFrom) ? undefined : this.policyOf(author, input, validFrom);
    });
    if (!pool) return fail(poolNotFound(input.pool));
    return pool.kind === 'capacity' ? succeed(pool) : fail(otherPoolKind(pool.pool, pool.kind));
  }

  /** The version that `addPolicy` would add now; null: none. Nothing is stored. Fails as `addPolicy` does. */
  async propose(accountId: number, input: SetPolicyInput): Promise<Outcome<PoolPolicy | null>> {
    const validFrom = input.validFrom ?? nextChargePeriod(this.clock.now());
    if (!isChargePeriodEdge(validFrom)) return fail(NOT_ON_EDGE);
    const pool = await this.store.find(accountId, input.pool);
    if (!pool) return fail(poolNotFound(input.pool));
    if (pool.kind !== 'capacity') return fail(otherPoolKind(pool.pool, pool.kind));
    if (saysSo(pool.policies, input.terms, validFrom)) return succeed(null);
    return succeed({ pool: pool.pool, ...input.terms, validFrom, version: nextVersion(pool.policies) });
  }

  private policyOf(author: Author, input: SetPolicyInput, validFrom: EpochMs): Omit<RecordedPoolPolicy, 'version'> {
    const { pool, terms } = input;
    return { pool, validFrom, ...terms, recordedAt: this.clock.now(), recordedBy: author.apiKeyId };
  }
}

function saysSo(policies: readonly PoolPolicy[], terms: PolicyTerms, at: EpochMs): boolean {
  const current = versionAt(policies, at);
  return current !== undefined && samePolicy(current, terms);
}

export const POOLS = Symbol('Pools');

export const NOT_ON_EDGE: Failure = {
  kind: 'invalid',
  code: 'cost_record.not_on_period_edge',
  detail: 'A policy holds from the start of a charge period: a full quarter of an hour in UTC, such as 12:15:00.',
};

export function poolNotFound(pool: string): Failure {
  return { kind: 'not_found', code: 'cost_record.pool_not_found', detail: `There is no pool ${JSON.stringify(pool)}.` };
}

/** The one after the highest. */
export function nextVersion(policies: readonly DatedVersion[]): number {
  return policies.reduce((last, { version }) => Math.max(last, version), 0) + 1;
}

export function nextChargePeriod(at: EpochMs): EpochMs {
  const start = chargePeriodStart(at);
  return start === at ? at : start + CHARGE_PERIOD_MS;
}

export function poolExists(pool: string): Failure {
  const detail = `The pool ${JSON.stringify(pool)} exists already; add a policy to change how its cost is attributed.`;
  return { kind: 'conflict', code: 'cost_record.pool_exists', detail };
}

/** A policy of the other kind. */
export function otherPoolKind(pool: string, kind: PoolKind): Failure {
  const name = JSON.stringify(pool);
  const detail =
    kind === 'shared'
      ? `${name} is a pool of shared cost: its policy says over whom its cost is split, and has no basis and no idle policy.`
      : `${name} is a pool of capacity: its policy has a basis and an idle policy, and no split.`;
  return { kind: 'conflict', code: 'cost_record.other_pool_kind', detail };
}
