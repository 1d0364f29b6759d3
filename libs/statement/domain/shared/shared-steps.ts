import { byAttributedCost, byTokens, type Claimant, evenly, type SharedStep } from '#allocation/domain';
import { type EpochMs, versionAt } from '#calendar';
import { accruedCost, type SharedPolicy, type SharedSplit } from '#cost-record/domain';
import { groupBy } from '#money';
import type { BilledSharedPool, BillInputs } from '../bill-inputs.js';
import { inputTokensOf, type LineAmounts, type LineFields, outputTokensOf } from '../line.js';
import { type LineOwner, teamOwner } from '../line-owner.js';

type Line = LineFields & LineAmounts;

/** Rules that follow something that claimants have. */
const RULES = { attributed_cost: byAttributedCost, tokens: byTokens, even: evenly };

/** Where shared cost goes on to from each pool, by the lines of a billing period before any of shared cost. */
export class SharedSteps {
  private readonly capacity: ReadonlyMap<string, readonly Line[]>;
  private readonly shared: ReadonlyMap<string, BilledSharedPool>;
  private readonly steps = new Map<string, SharedStep>();
  private readonly owners = new Map<string, LineOwner>();

  constructor(
    private readonly lines: readonly Line[],
    private readonly inputs: BillInputs,
  ) {
    this.shared = new Map(inputs.sharedPools.map((pool) => [pool.pool, pool]));
    this.capacity = groupBy(
      lines.filter(({ pool }) => pool !== null),
      ({ pool }) => pool ?? '',
    );
  }

  /** What a pool's part goes on to at an instant; undefined for a shared pool without a policy then. */
  at(pool: string, at: EpochMs): SharedStep | undefined {
    const shared = this.shared.get(pool);
    if (!shared) return this.known(JSON.stringify([pool]), () => this.toOwnersOf(pool));
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
    return { to: 'owners', shares: RULES[split.by](split.by === 'even' ? this.users() : this.teams()) };
  }

  /** A pool of capacity: its part goes to whom its own cost went to, line by line. */
  private toOwnersOf(pool: string): SharedStep {
    const claimants = this.claimants(
      this.capacity.get(pool) ?? [],
      ({ team, costCenter, project, model, provider }) => {
        return { team, costCenter, project, model, provider };
      },
    );
    return { to: 'owners', shares: byAttributedCost(claimants) };
  }

  /** Teams, under the cost centres that their usage was written down with. */
  private teams(): Claimant[] {
    return this.claimants(this.lines, ({ team, costCenter }) => {
      return { team, costCenter, project: null, model: null, provider: null };
    });
  }

  /** Teams with any usage. */
  private users(): Claimant[] {
    const users = new Set(this.lines.filter(({ requests }) => requests > 0n).map(({ team }) => team));
    return [...users].map((team) => ({ key: this.teamKey(team), cost: 0n, tokens: 0n }));
  }

  private sharesOfPools(split: Extract<SharedSplit, { over: 'pools' }>) {
    if (split.by === 'fixed') return split.shares.map(({ pool, percent }) => ({ key: pool, weight: percent }));
    const withCost = this.inputs.pools.filter(({ costs }) => costs.size > 0).map(({ pool }) => pool);
    return RULES[split.by]((split.pools ?? withCost).map((pool) => this.poolClaimant(pool)));
  }

  private poolClaimant(key: string): Claimant {
    const { period, accruedTo } = this.inputs;
    const shared = this.shared.get(key);
    const lines = this.capacity.get(key) ?? [];
    const cost = shared ? accruedCost(shared.sharedCosts, period.start, accruedTo).effective : costOf(lines);
    return { key, cost, tokens: tokensOf(lines) };
  }

  private claimants(lines: readonly Line[], ownerOf: (line: Line) => LineOwner): Claimant[] {
    const groups = groupBy(lines, (line) => this.keyOf(ownerOf(line)));
    return [...groups].map(([key, own]) => ({ key, cost: costOf(own), tokens: tokensOf(own) }));
  }

  private teamKey(team: string): string {
    return this.keyOf(teamOwner(team, this.inputs));
  }

  private keyOf(owner: LineOwner): string {
    const { team, costCenter, project, model, provider } = owner;
    const key = JSON.stringify([team, costCenter, project, model, provider]);
    this.owners.set(key, owner);
    return key;
  }
}

/** Used, idle, adjusted, unattributed: all that is known. */
function costOf(lines: readonly Line[]): bigint {
  return lines.reduce((sum, { effective }) => sum + (effective ?? 0n), 0n);
}

function tokensOf(lines: readonly Line[]): bigint {
  return lines.reduce((sum, line) => sum + inputTokensOf(line) + outputTokensOf(line), 0n);
}
