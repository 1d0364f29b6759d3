import { billingMonthAt, type Clock, type EpochMs, parseBillingPeriod } from '#calendar';
import type { AccountReader } from '#directory';
import { fail, type Outcome, succeed } from '#outcome';
import type { InvoiceMatch, MatchConditions, ReconciliationPolicy } from '../domain/index.js';
import type { Author } from './import-invoices.js';

/** A version of a rule or policy as it was recorded. */
export type Recorded<T> = T & { readonly recordedAt: EpochMs; readonly recordedBy: string | null };
type Said<T> = Omit<Recorded<T>, 'version'>;

/** What is to hold from a month on. */
export type Dated<T> = Omit<T, 'version' | 'fromPeriod'> & {
  /** Undefined: from the beginning for the first version, from the current month for later ones. */
  readonly fromPeriod: string | undefined;
};

export interface RulePage {
  readonly accountId: number;
  /** Of the last one seen: what it is known by, and its version. */
  readonly after: { readonly key: readonly string[]; readonly version: number } | undefined;
  readonly limit: number;
}

export interface ReconciliationRuleStore {
  /** All versions, by what rules are known by in code-unit order, then version. */
  matches(page: RulePage): Promise<readonly Recorded<InvoiceMatch>[]>;
  policies(page: RulePage): Promise<readonly Recorded<ReconciliationPolicy>[]>;
  /**
   * Adds what `say` gives, knowing the versions there are, as the next one, unless it says what holds in its month already;
   * answers the version that then holds there.
   */
  addMatch(
    accountId: number,
    conditions: MatchConditions,
    say: (versions: readonly InvoiceMatch[]) => Said<InvoiceMatch>,
  ): Promise<Recorded<InvoiceMatch>>;
  addPolicy(
    accountId: number,
    party: string,
    say: (versions: readonly ReconciliationPolicy[]) => Said<ReconciliationPolicy>,
  ): Promise<Recorded<ReconciliationPolicy>>;
  /** Undefined: there is no such pool. */
  kindOfPool(accountId: number, pool: string): Promise<'capacity' | 'shared' | undefined>;
}

/** What one says about whose invoice lines are, and what happens to differences. */
export class ReconciliationRules {
  constructor(
    private readonly store: ReconciliationRuleStore,
    private readonly accounts: AccountReader,
    private readonly clock: Clock,
  ) {}

  matches(page: RulePage): Promise<readonly Recorded<InvoiceMatch>[]> {
    return this.store.matches(page);
  }

  policies(page: RulePage): Promise<readonly Recorded<ReconciliationPolicy>[]> {
    return this.store.policies(page);
  }

  /** Fails with `invoice.bad_period`, `invoice.pool_not_found`. */
  async match(author: Author, match: Dated<InvoiceMatch>): Promise<Outcome<Recorded<InvoiceMatch>>> {
    const { target } = match;
    const refused = await this.refusal(author.accountId, match, target.to === 'pool' ? target.pool : null);
    if (refused) return refused;
    const dated = await this.dater(author, match.fromPeriod);
    return succeed(
      await this.store.addMatch(author.accountId, match, (versions) => ({ ...match, ...dated(versions.length) })),
    );
  }

  /** Fails with `invoice.bad_period`, `invoice.pool_not_found`, `invoice.not_a_shared_pool`. */
  async setPolicy(
    author: Author,
    policy: Dated<ReconciliationPolicy>,
  ): Promise<Outcome<Recorded<ReconciliationPolicy>>> {
    const { party, sharedPool } = policy;
    const pool = party.startsWith(POOL) ? party.slice(POOL.length) : null;
    const refused =
      (await this.refusal(author.accountId, policy, pool)) ?? (await this.sharedRefusal(author.accountId, sharedPool));
    if (refused) return refused;
    const dated = await this.dater(author, policy.fromPeriod);
    return succeed(
      await this.store.addPolicy(author.accountId, party, (versions) => ({ ...policy, ...dated(versions.length) })),
    );
  }

  /** Since when what is said holds, and who said it, given how many versions there are. */
  private async dater({ accountId, apiKeyId: recordedBy }: Author, fromPeriod: string | undefined) {
    const recordedAt = this.clock.now();
    const { timeZone } = await this.accounts.load(accountId);
    const thisMonth = billingMonthAt(recordedAt, timeZone);
    return (versions: number) => {
      return { fromPeriod: fromPeriod ?? (versions === 0 ? BEGINNING : thisMonth), recordedAt, recordedBy };
    };
  }

  private async refusal(
    accountId: number,
    { fromPeriod }: { readonly fromPeriod: string | undefined },
    pool: string | null,
  ): Promise<Outcome<never> | undefined> {
    if (fromPeriod !== undefined && !parseBillingPeriod(fromPeriod, 'UTC')) {
      const detail = `${fromPeriod} is not a month such as 2026-10`;
      return fail({ kind: 'invalid', code: 'invoice.bad_period', detail });
    }
    if (pool === null || (await this.store.kindOfPool(accountId, pool))) return undefined;
    return poolNotFound(pool);
  }

  private async sharedRefusal(accountId: number, pool: string | null): Promise<Outcome<never> | undefined> {
    if (pool === null) return undefined;
    const kind = await this.store.kindOfPool(accountId, pool);
    if (kind === 'shared') return undefined;
    if (!kind) return poolNotFound(pool);
    const detail = `${JSON.stringify(pool)} is a pool of capacity: a difference can go where a pool of shared cost goes.`;
    return fail({ kind: 'conflict', code: 'invoice.not_a_shared_pool', detail });
  }
}

function poolNotFound(pool: string): Outcome<never> {
  const detail = `There is no pool ${JSON.stringify(pool)}.`;
  return fail({ kind: 'not_found', code: 'invoice.pool_not_found', detail });
}

const POOL = 'pool:';
/** Before all months. */
const BEGINNING = '';

export const RECONCILIATION_RULES = Symbol('ReconciliationRules');
