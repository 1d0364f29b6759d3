import { evenIdle, fixedIdle, type IdlePart, reservedIdle, spreadIdle } from '#allocation/domain';
import type { IdlePolicy } from '#cost-record/domain';
import { groupBy } from '#money';
import type { BillInputs } from './bill-inputs.js';
import type { BillSums, PoolIdle } from './bill-sums.js';
import { IDLE, idleLine, idleLineOf } from './idle-lines.js';
import { type LineAmounts, type LineFields, lineKey } from './line.js';
import { type LineOwner, ownerKey, platformOwner, teamOwner } from './line-owner.js';

type Line = LineFields & LineAmounts;

/** Somebody who pays a part of a pool's idle cost. */
interface IdleMember {
  readonly owner: LineOwner;
  /** Unique, breaks ties. */
  readonly key: string;
  readonly weight: bigint;
}

/** How a pool's idle cost of one policy version is split. */
export interface IdleSplit {
  readonly idle: PoolIdle;
  /** The rule that was followed: where a policy has nobody to charge, the platform team keeps the cost (`separate`). */
  readonly rule: Exclude<IdlePolicy, object> | 'fixed' | 'reserved';
  readonly members: readonly IdleMember[];
  /** In the order of the members. */
  readonly parts: readonly IdlePart[];
}

/**
 * Turns each pool's idle cost of the billing period into lines: one of the platform team (`separate`), one beside each owner's
 * use of the pool (`proportional`), or one for each team that pays (`even`, `fixed`, `reserved`). Which, the policy version
 * says whose charge periods stood idle. What has no payer stays with the platform team.
 */
export function settleIdle(sums: BillSums, inputs: BillInputs): void {
  for (const { idle, rule, members, parts } of idleSplits(sums, inputs)) {
    members.forEach(({ owner }, i) => {
      const lines = rule === 'separate' ? [idleLine(owner, idle, idle)] : idleLineOf(owner, idle, parts[i]);
      for (const [fields, amounts] of lines) sums.addLine(fields, amounts);
    });
  }
}

/** What `settleIdle` does, before it is done. */
export function idleSplits(sums: BillSums, inputs: BillInputs): IdleSplit[] {
  const policies = new Map(inputs.pools.map(({ pool, policies }) => [pool, policies]));
  // Lines without a policy are of a time that had none: nobody's use explains their cost.
  const used = sums
    .lines()
    .filter((line) => (line.kind === 'used' || line.kind === 'unattributed') && line.policyVersion !== null);
  const byPool = groupBy(used, ({ pool }) => pool ?? '');
  return sums.idle().map((idle): IdleSplit => {
    const policy = policies.get(idle.pool)?.find(({ version }) => version === idle.policyVersion)?.idle ?? 'separate';
    const members = membersBy(policy, idle, byPool.get(idle.pool) ?? [], inputs);
    const parts = spreadIdle(
      idle,
      members.map(({ key, weight }) => ({ key, used: weight })),
    );
    if (parts) return { idle, rule: typeof policy === 'string' ? policy : policy.policy, members, parts };
    return { idle, rule: 'separate', members: [{ owner: platformOwner(inputs), key: '', weight: 1n }], parts: [idle] };
  });
}

/** Who pays by the policy; nobody under `separate`. */
function membersBy(policy: IdlePolicy, idle: PoolIdle, used: readonly Line[], inputs: BillInputs): IdleMember[] {
  if (policy === 'separate') return [];
  if (policy === 'proportional') return proportional(idle, used);
  const team = (name: string, weight: bigint): IdleMember => {
    return { owner: teamOwner(name, inputs), key: `team ${name}`, weight };
  };
  if (policy === 'even') {
    const users = used.filter(({ requests }) => requests > 0n).map((line) => line.team);
    return evenIdle([...new Set(users)]).map((share) => team(share.team, share.weight));
  }
  if (policy.policy === 'fixed') return fixedIdle(policy.shares).map((share) => team(share.team, share.weight));
  const usedBy = new Map<string, bigint>();
  for (const line of used)
    if (line.policyVersion === idle.policyVersion)
      usedBy.set(line.team, (usedBy.get(line.team) ?? 0n) + (line.effective ?? 0n));
  const { owners, unreserved } = reservedIdle({ shares: policy.shares, idle: idle.effective, usedBy });
  return [
    ...owners.map((share) => team(share.team, share.weight)),
    { owner: platformOwner(inputs), key: 'unreserved', weight: unreserved },
  ];
}

/**
 * One line for each owner, project and model that used the pool, in proportion to what that use cost. Facets tell no owners
 * apart, so that the split is the same where cost is explored.
 */
function proportional(idle: PoolIdle, used: readonly Line[]): IdleMember[] {
  const users = new Map<string, { readonly owner: LineOwner; weight: bigint }>();
  for (const line of used) {
    const of = ownerKey(line);
    const user = users.get(of) ?? { owner: ownerOf(line), weight: 0n };
    user.weight += line.effective ?? 0n;
    users.set(of, user);
  }
  return [...users.values()].map(({ owner, weight }) => {
    return {
      owner,
      key: lineKey({ ...owner, ...IDLE, pool: idle.pool, policyVersion: idle.policyVersion }),
      weight,
    };
  });
}

function ownerOf({ team, costCenter, project, model, provider }: Line): LineOwner {
  return { team, costCenter, project, model, provider };
}
