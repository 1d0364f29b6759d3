import { type TeamShares, WHOLE_PERCENT } from '#cost-record/domain';

/** A team that pays idle cost, and its weight in the split. */
export interface IdleShare {
  readonly team: string;
  readonly weight: bigint;
}

/** Idle policy `even`: each team that used the pool in the billing period pays the same. */
export function evenIdle(users: readonly string[]): IdleShare[] {
  return users.map((team) => ({ team, weight: 1n }));
}

/** Idle policy `fixed`: each team pays its agreed percentage, whether it used the pool or not. */
export function fixedIdle(shares: TeamShares): IdleShare[] {
  return shares.map(({ team, percent }) => ({ team, weight: percent }));
}

export interface ReservedIdleInput {
  /** Of the pool's capacity, together at most 100 percent. */
  readonly shares: TeamShares;
  readonly idle: bigint;
  /** What each team's use of the pool cost. */
  readonly usedBy: ReadonlyMap<string, bigint>;
}

/**
 * Idle policy `reserved`: owners pay for what they reserved, whether they used it or not. With C the pool's cost in the
 * billing period, used and idle, an owner of the share ρ_i whose use cost U_i left unused
 *
 *     N_i = max(0, ρ_i · C − U_i)
 *
 * and idle cost I goes to the owners in proportion to N_i, to each no more than that. What is then left,
 * I − Σ N, was nobody's to use: it is `unreserved`. Where others worked on reserved capacity, Σ N exceeds I and owners
 * share the saving. All weights are scaled by 100 percent.
 */
export function reservedIdle({ shares, idle, usedBy }: ReservedIdleInput): { owners: IdleShare[]; unreserved: bigint } {
  const cost = [...usedBy.values()].reduce((sum, used) => sum + used, idle);
  const owners = shares.map(({ team, percent }) => {
    const unused = percent * cost - (usedBy.get(team) ?? 0n) * WHOLE_PERCENT;
    return { team, weight: unused > 0n ? unused : 0n };
  });
  const left = idle * WHOLE_PERCENT - owners.reduce((sum, { weight }) => sum + weight, 0n);
  return { owners, unreserved: left > 0n ? left : 0n };
}
