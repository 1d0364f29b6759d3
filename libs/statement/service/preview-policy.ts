import type { PoolPolicy, Pools, SetPolicyInput, SetSplitInput, SharedPools } from '#cost-record';
import type { UsageSnapshots } from '#metering';
import { type Outcome, succeed } from '#outcome';
import { type BillInputs, type ChangedCost, changedCosts, linesOf } from '../domain/index.js';
import type { DraftPeriod } from './draft-period.js';
import type { LoadBillInputs, PeriodInput } from './load-bill-inputs.js';
import { Turns } from './turns.js';

/** A policy that somebody thinks of, for a pool of either kind. */
export type ProposedPolicy =
  | ({ readonly kind: 'capacity' } & SetPolicyInput)
  | ({ readonly kind: 'shared' } & SetSplitInput);

/** What of a month a policy would change. */
export interface PolicyPreview {
  readonly period: string;
  readonly currency: string;
  /** The version that it would become; null when it would say what holds already. */
  readonly policy: Pick<PoolPolicy, 'pool' | 'version' | 'validFrom'> | null;
  /** Over all of them, and what they were, it comes to the same: a policy makes no cost and takes none away. */
  readonly changes: readonly ChangedCost[];
}

export const PREVIEW_POLICY = Symbol('PreviewPolicy');

/**
 * Bills a month as it is and as it would be under a proposed policy, from the same usage, and tells whose cost would be
 * another. Of a closed month it is what its corrections would come to on this account. Nothing is stored.
 */
export class PreviewPolicy {
  private readonly turns = new Turns(1);

  constructor(
    private readonly inputs: LoadBillInputs,
    private readonly drafts: DraftPeriod,
    private readonly pools: Pools,
    private readonly sharedPools: SharedPools,
    private readonly snapshots: UsageSnapshots,
  ) {}

  /** Fails as `Pools.propose` or `SharedPools.propose` and `LoadBillInputs.load` do, or with `statement.busy`. */
  preview(input: PeriodInput, proposed: ProposedPolicy): Promise<Outcome<PolicyPreview>> {
    return this.turns.take(async () => {
      const loaded = await this.inputs.load(input);
      if (!loaded.ok) return loaded;
      const now = loaded.value;
      const changed = await this.apply(now, proposed);
      if (!changed.ok) return changed;
      const { policy, inputs: then } = changed.value;
      const of = { period: now.period.name, currency: now.account.currency, policy };
      if (policy === null) return succeed({ ...of, changes: [] });
      const changes = await this.snapshots.hold(async (snapshot) => {
        const before = await this.drafts.draftOf(now, snapshot);
        const after = await this.drafts.draftOf(then, snapshot);
        return changedCosts(linesOf(before), linesOf(after), now.owners.isKnownTeam);
      });
      return succeed({ ...of, changes });
    });
  }

  /** The version that it would become, and the inputs with it. */
  private async apply(inputs: BillInputs, proposed: ProposedPolicy): Promise<Outcome<Applied>> {
    const { accountId } = inputs.account;
    if (proposed.kind === 'shared') {
      const policy = await this.sharedPools.propose(accountId, proposed);
      if (!policy.ok) return policy;
      const sharedPools = withVersion(inputs.sharedPools, policy.value);
      return succeed({ policy: policy.value, inputs: { ...inputs, sharedPools } });
    }
    const policy = await this.pools.propose(accountId, proposed);
    if (!policy.ok) return policy;
    return succeed({ policy: policy.value, inputs: { ...inputs, pools: withVersion(inputs.pools, policy.value) } });
  }
}

interface Applied {
  readonly policy: PolicyPreview['policy'];
  readonly inputs: BillInputs;
}

/** A pool that costs nothing in the month is not among them, and its policy changes nothing. */
function withVersion<
  P extends { readonly pool: string },
  T extends { readonly pool: string; readonly policies: readonly P[] },
>(pools: readonly T[], policy: P | null): readonly T[] {
  if (policy === null) return pools;
  return pools.map((pool) => (pool.pool === policy.pool ? { ...pool, policies: [...pool.policies, policy] } : pool));
}
