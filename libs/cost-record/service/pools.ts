import { CHARGE_PERIOD_MS, type Clock, chargePeriodStart, type EpochMs, isChargePeriodEdge } from '#calendar';
import { type Failure, fail, type Outcome, succeed } from '#outcome';
import { type PolicyTerms, policyAt, samePolicy } from '../domain/index.js';
import type { Pool, PoolPage, PoolStore, RecordedPoolPolicy } from './pool-store.js';

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
const BEGINNING: EpochMs = 0;

/** What one does with pools and their policies. */
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
  async create(author: Author, input: SetPolicyInput): Promise<Outcome<Pool>> {
    const validFrom = input.validFrom ?? BEGINNING;
    if (!isChargePeriodEdge(validFrom)) return fail(NOT_ON_EDGE);
    const policy = { ...this.policyOf(author, input, validFrom), version: 1 };
    const pool = { pool: input.pool, createdAt: this.clock.now(), policies: [policy] };
    if (await this.store.create(author.accountId, pool)) return succeed(pool);
    const detail = `The pool ${JSON.stringify(input.pool)} exists already; add a policy to change how its cost is attributed.`;
    return fail({ kind: 'conflict', code: 'cost_record.pool_exists', detail });
  }

  /** Saying what holds already adds no version. Fails with `cost_record.pool_not_found`, `cost_record.not_on_period_edge`. */
  async addPolicy(author: Author, input: SetPolicyInput): Promise<Outcome<Pool>> {
    const validFrom = input.validFrom ?? nextChargePeriod(this.clock.now());
    if (!isChargePeriodEdge(validFrom)) return fail(NOT_ON_EDGE);
    const pool = await this.store.addPolicy(author.accountId, input.pool, ({ policies }) => {
      const current = policyAt(policies, validFrom);
      const said = current !== undefined && samePolicy(current, input.terms);
      return said ? undefined : this.policyOf(author, input, validFrom);
    });
    return pool ? succeed(pool) : fail(poolNotFound(input.pool));
  }

  private policyOf(author: Author, input: SetPolicyInput, validFrom: EpochMs): Omit<RecordedPoolPolicy, 'version'> {
    const { pool, terms } = input;
    return { pool, validFrom, ...terms, recordedAt: this.clock.now(), recordedBy: author.apiKeyId };
  }
}

export const POOLS = Symbol('Pools');

const NOT_ON_EDGE: Failure = {
  kind: 'invalid',
  code: 'cost_record.not_on_period_edge',
  detail: 'A policy holds from the start of a charge period: a full quarter of an hour in UTC, such as 12:15:00.',
};

function poolNotFound(pool: string): Failure {
  return { kind: 'not_found', code: 'cost_record.pool_not_found', detail: `There is no pool ${JSON.stringify(pool)}.` };
}

function nextChargePeriod(at: EpochMs): EpochMs {
  const start = chargePeriodStart(at);
  return start === at ? at : start + CHARGE_PERIOD_MS;
}
