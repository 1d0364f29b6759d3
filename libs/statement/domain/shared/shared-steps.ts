import { byAttributedCost, byTokens, type Claimant, evenly, type SharedStep } from '#allocation/domain';
import { type EpochMs, versionAt } from '#calendar';
import { accruedCost, type SharedPolicy, type SharedSplit } from '#cost-record/domain';
import type { BilledSharedPool, BillInputs } from '../bill-inputs.js';
import { type LineOwner, ownerKey, teamOwner } from '../line-owner.js';
import type { OwnerClaim, SharedClaims } from './shared-claims.js';

/** Rules that follow something that claimants have. */
const RULES = { attributed_cost: byAttributedCost, tokens: byTokens, even: evenly };

/** Where shared cost goes on to from each pool, by what the lines of a billing period before any of shared cost come to. */
export class SharedSteps {
  private readonly shared: ReadonlyMap<string, BilledSharedPool>;
  private readonly steps = new Map<string, SharedStep>();
  private readonly owners = new Map<string, LineOwner>();

  constructor(
    private readonly claims: SharedClaims,
    private readonly inputs: BillInputs,
  ) {
    this.shared = new Map(inputs.sharedPools.map((pool) => [pool.pool, pool]));
  }

  /** What a pool's part goes on to at an instant; undefined for a shared pool without a policy then. */
  at(pool: string, at: EpochMs): SharedStep | undefined {
    const shared = this.shared.get(pool);
    // A pool of capacity: its part goes to whom its own cost went to.
    if (!shared) return this.known(JSON.stringify([pool]), () => this.toOwners(this.claims.byOwner(pool)));
    const policy = versionAt(shared.policies, at);
    return policy && this.known(JSON.stringify([pool, policy.version]), () => this.stepOf(policy));
  }

  /** The owner that a key of a step to owners stands for. */
  owner(key: string): LineOwner {
    const owner = this.owners.get(key);
    if (!owner) throw new RangeError(`${key} is no owner of any step`);
    return owner;
  }

  private known(key: string, make: () => SharedStep): SharedStep {
    let step = this.steps.get(key);
    if (!step) this.steps.set(key, (step = make()));
    return step;
  }

  private stepOf({ split }: SharedPolicy): SharedStep {
    if (split.over === 'pools') return { to: 'pools', shares: this.sharesOfPools(split) };
    if (split.by === 'fixed') {
      const shares = split.shares.map(({ team, percent }) => ({ key: this.teamKey(team), weight: percent }));
      return { to: 'owners', shares };
    }
    if (split.by !== 'even') return this.toOwners(this.claims.byTeam(), RULES[split.by]);
    const users = [...this.claims.users].map((team) => ({ key: this.teamKey(team), cost: 0n, tokens: 0n }));
    return { to: 'owners', shares: evenly(users) };
  }

  private toOwners(claims: Iterable<OwnerClaim>, rule = byAttributedCost): SharedStep {
    const claimants = [...claims].map(({ owner, cost, tokens }) => ({ key: this.keyOf(owner), cost, tokens }));
    return { to: 'owners', shares: rule(claimants) };
  }

  private sharesOfPools(split: Extract<SharedSplit, { over: 'pools' }>) {
    if (split.by === 'fixed') return split.shares.map(({ pool, percent }) => ({ key: pool, weight: percent }));
    const withCost = this.inputs.pools
      .filter((pool) => (pool.afresh?.(pool.policies) ?? pool).costs.size > 0)
      .map(({ pool }) => pool);
    return RULES[split.by]((split.pools ?? withCost).map((pool) => this.poolClaimant(pool)));
  }

  private poolClaimant(key: string): Claimant {
    const { period, accruedTo } = this.inputs;
    const shared = this.shared.get(key);
    const { cost, tokens } = this.claims.ofPool(key);
    return {
      key,
      cost: shared ? accruedCost(shared.sharedCosts, period.start, accruedTo).effective : cost,
      tokens,
    };
  }

  private teamKey(team: string): string {
    return this.keyOf(teamOwner(team, this.inputs));
  }

  private keyOf(owner: LineOwner): string {
    const key = ownerKey(owner);
    this.owners.set(key, owner);
    return key;
  }
}
