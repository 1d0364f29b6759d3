import type { Claimant } from '#allocation/domain';
import type { BillInputs } from '../bill-inputs.js';
import { inputTokensOf, type LineAmounts, type LineFields, outputTokensOf } from '../line.js';
import { type LineOwner, ownerKey } from '../line-owner.js';

type Line = LineFields & LineAmounts;
type Claim = Omit<Claimant, 'key'>;

/** An owner, and what its lines cost and counted. */
export interface OwnerClaim extends Claim {
  readonly owner: LineOwner;
}

/** What says whether anything is split over pools. */
type SharedRules = Pick<BillInputs, 'sharedPools' | 'invoices'>;

const NOTHING: Claim = { cost: 0n, tokens: 0n };

/**
 * What shared cost follows, of the lines before any of shared cost: sums by owner, so that lines can come and go part by
 * part. Where no policy splits over pools the owners on each pool are not told apart, for nobody asks for them.
 */
export class SharedClaims {
  /** Teams with any usage. */
  readonly users = new Set<string>();
  private readonly teams = new Map<string, OwnerClaim>();
  private readonly pools = new Map<string, Claim>();
  private readonly poolOwners = new Map<string, Map<string, OwnerClaim>>();
  private readonly owners = new Map<string, LineOwner>();
  private readonly isOverPools: boolean;

  constructor({ sharedPools, invoices }: SharedRules) {
    const shared = new Set(sharedPools.map(({ pool }) => pool));
    this.isOverPools =
      sharedPools.some(({ policies }) => policies.some(({ split }) => split.over === 'pools')) ||
      invoices.policies.some(({ sharedPool }) => sharedPool !== null && !shared.has(sharedPool));
  }

  add(lines: readonly Line[]): void {
    for (const line of lines) {
      const { team, costCenter, pool, requests } = line;
      const claim = { cost: line.effective ?? 0n, tokens: inputTokensOf(line) + outputTokensOf(line) };
      if (requests > 0n) this.users.add(team);
      this.addTo(this.teams, { team, costCenter, project: null, model: null, provider: null }, claim);
      if (pool === null) continue;
      this.pools.set(pool, sumOf(this.pools.get(pool), claim));
      if (this.isOverPools) this.addOfPool(pool, line, claim);
    }
  }

  /** Teams, under the cost centres that their usage was written down with. */
  byTeam(): Iterable<OwnerClaim> {
    return this.teams.values();
  }

  /** Whom a pool's own cost went to, line by line. */
  byOwner(pool: string): Iterable<OwnerClaim> {
    return this.poolOwners.get(pool)?.values() ?? [];
  }

  ofPool(pool: string): Claim {
    return this.pools.get(pool) ?? NOTHING;
  }

  private addOfPool(pool: string, { team, costCenter, project, model, provider }: Line, claim: Claim): void {
    const owners = this.poolOwners.get(pool) ?? new Map<string, OwnerClaim>();
    this.poolOwners.set(pool, owners);
    this.addTo(owners, { team, costCenter, project, model, provider }, claim);
  }

  private addTo(claims: Map<string, OwnerClaim>, owner: LineOwner, claim: Claim): void {
    const key = ownerKey(owner);
    // The same owner stands on many pools.
    const known = this.owners.get(key) ?? owner;
    this.owners.set(key, known);
    claims.set(key, { owner: known, ...sumOf(claims.get(key), claim) });
  }
}

export function claimsOf(lines: readonly Line[], inputs: SharedRules): SharedClaims {
  const claims = new SharedClaims(inputs);
  claims.add(lines);
  return claims;
}

function sumOf(before: Claim | undefined, { cost, tokens }: Claim): Claim {
  return { cost: (before?.cost ?? 0n) + cost, tokens: (before?.tokens ?? 0n) + tokens };
}
