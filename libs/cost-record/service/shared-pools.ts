import { type Clock, type EpochMs, formatInstant, isChargePeriodEdge, versionAt } from '#calendar';
import { type Failure, fail, type Outcome, succeed } from '#outcome';
import { circleThrough, namedPools, type SharedPolicy, type SharedSplit, sameTerms } from '../domain/index.js';
import type { RecordedSharedPolicy, SharedPool } from './pool-store.js';
import {
  type Author,
  BEGINNING,
  NOT_ON_EDGE,
  nextChargePeriod,
  nextVersion,
  otherPoolKind,
  poolExists,
  poolNotFound,
} from './pools.js';
import type { PoolNet, SharedPoolStore } from './shared-pool-store.js';

export interface SetSplitInput {
  readonly pool: string;
  readonly split: SharedSplit;
  /** Undefined: from the beginning for a pool's first policy, from the next charge period on for later ones. */
  readonly validFrom: EpochMs | undefined;
}

/** Sets up pools of shared cost. `Pools` reads them. */
export class SharedPools {
  constructor(
    private readonly store: SharedPoolStore,
    private readonly clock: Clock,
  ) {}

  /**
   * Fails with `cost_record.pool_exists`, `cost_record.not_on_period_edge`, `cost_record.unknown_pool`,
   * `cost_record.no_tokens_on_shared_pool`, `cost_record.pools_in_a_circle`.
   */
  async create(author: Author, input: SetSplitInput): Promise<Outcome<SharedPool>> {
    const validFrom = input.validFrom ?? BEGINNING;
    if (!isChargePeriodEdge(validFrom)) return fail(NOT_ON_EDGE);
    return this.store.change(author.accountId, (net) => {
      if (net.kinds.has(input.pool)) return fail(poolExists(input.pool));
      const policy = { ...this.policyOf(author, input, validFrom), version: 1 };
      const failure = misfitOf(policy, { ...net, kinds: new Map(net.kinds).set(input.pool, 'shared') });
      return failure ? fail(failure) : succeed({ pool: input.pool, createdAt: this.clock.now(), policy });
    });
  }

  /**
   * Saying what holds already adds no version. Fails as `create` does, but with `cost_record.pool_not_found` instead, and with
   * `cost_record.other_pool_kind`.
   */
  async addPolicy(author: Author, input: SetSplitInput): Promise<Outcome<SharedPool>> {
    const validFrom = input.validFrom ?? nextChargePeriod(this.clock.now());
    if (!isChargePeriodEdge(validFrom)) return fail(NOT_ON_EDGE);
    return this.store.change(author.accountId, (net) => {
      const version = versionIn(net, { ...input, validFrom });
      if (!version.ok) return version;
      const policy = version.value === null ? null : { ...this.policyOf(author, input, validFrom), ...version.value };
      return succeed({ pool: input.pool, createdAt: null, policy });
    });
  }

  /** The version that `addPolicy` would add now; null: none. Nothing is stored. Fails as `addPolicy` does. */
  async propose(accountId: number, input: SetSplitInput): Promise<Outcome<SharedPolicy | null>> {
    const validFrom = input.validFrom ?? nextChargePeriod(this.clock.now());
    if (!isChargePeriodEdge(validFrom)) return fail(NOT_ON_EDGE);
    return versionIn(await this.store.net(accountId), { ...input, validFrom });
  }

  private policyOf(
    author: Author,
    { pool, split }: SetSplitInput,
    validFrom: EpochMs,
  ): Omit<RecordedSharedPolicy, 'version'> {
    return { pool, validFrom, split, recordedAt: this.clock.now(), recordedBy: author.apiKeyId };
  }
}

export const SHARED_POOLS = Symbol('SharedPools');

/** The next version of a pool's policy; null when it would say what holds already. */
function versionIn(net: PoolNet, { pool, split, validFrom }: DatedSplit): Outcome<SharedPolicy | null> {
  const kind = net.kinds.get(pool);
  if (kind === undefined) return fail(poolNotFound(pool));
  if (kind !== 'shared') return fail(otherPoolKind(pool, kind));
  const own = net.policies.filter((policy) => policy.pool === pool);
  const current = versionAt(own, validFrom);
  if (current && sameTerms(current.split, split)) return succeed(null);
  const policy = { pool, validFrom, split, version: nextVersion(own) };
  const failure = misfitOf(policy, net);
  return failure ? fail(failure) : succeed(policy);
}

type DatedSplit = Omit<SharedPolicy, 'version'>;

/** Why a policy cannot join the others; undefined when it can. */
function misfitOf(policy: SharedPolicy, { kinds, policies }: PoolNet): Failure | undefined {
  const { pool, split, validFrom } = policy;
  const named = namedPools(split);
  const unknown = named.find((name) => !kinds.has(name));
  if (unknown !== undefined)
    return misfit('unknown_pool', `there is no pool ${JSON.stringify(unknown)} that cost could go to; create it first`);
  const shared = named.find((name) => kinds.get(name) === 'shared');
  if (split.by === 'tokens' && shared !== undefined)
    return misfit(
      'no_tokens_on_shared_pool',
      `no tokens are used on ${JSON.stringify(shared)}, a pool of shared cost; split by attributed_cost, even or fixed`,
    );
  const circle = circleThrough(pool, [...policies, policy], validFrom);
  if (!circle) return undefined;
  const way = circle.pools.map((name) => JSON.stringify(name)).join(' → ');
  return misfit('pools_in_a_circle', `from ${formatInstant(circle.at)} on, pools would pay each other's cost: ${way}`);
}

function misfit(code: string, detail: string): Failure {
  const errors = [{ pointer: '/split', code: `cost_record.${code}`, detail }];
  return { kind: 'unprocessable', code: `cost_record.${code}`, detail, errors };
}
