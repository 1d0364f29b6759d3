import { evenIdle, fixedIdle, type IdleShare, reservedIdle, spreadIdle } from '#allocation/domain';
import type { IdlePolicy } from '#cost-record/domain';
import type { BillInputs } from './bill-inputs.js';
import type { BillSums, PoolIdle } from './bill-sums.js';
import { IDLE, type IdleLine, idleLine, idleLineOf } from './idle-lines.js';
import { type LineAmounts, type LineFields, lineKey } from './line.js';
import { type LineOwner, platformOwner, teamOwner } from './line-owner.js';

type Line = LineFields & LineAmounts;

/**
 * Turns each pool's idle cost of the billing period into lines: one of the platform team (`separate`), one beside each owner's
 * use of the pool (`proportional`), or one for each team that pays (`even`, `fixed`, `reserved`). Which, the policy version
 * says whose charge periods stood idle. What has no payer stays with the platform team.
 */
export function settleIdle(sums: BillSums, inputs: BillInputs): void {
  const policies = new Map(inputs.pools.map(({ pool, policies }) => [pool, policies]));
  // Lines without a policy are of a time that had none: nobody's use explains their cost.
  const used = sums
    .lines()
    .filter((line) => (line.kind === 'used' || line.kind === 'unattributed') && line.policyVersion !== null);
  for (const idle of sums.idle()) {
    const policy = policies.get(idle.pool)?.find(({ version }) => version === idle.policyVersion);
    const ofPool = used.filter(({ pool }) => pool === idle.pool);
    const lines = linesBy(policy?.idle ?? 'separate', idle, ofPool, inputs) ?? [
      idleLine(platformOwner(inputs), idle, idle),
    ];
    for (const [fields, amounts] of lines) sums.addLine(fields, amounts);
  }
}

function linesBy(
  policy: IdlePolicy,
  idle: PoolIdle,
  used: readonly Line[],
  inputs: BillInputs,
): IdleLine[] | undefined {
  if (policy === 'separate') return undefined;
  if (policy === 'proportional') return proportional(idle, used);
  if (policy === 'even') {
    const users = used.filter(({ requests }) => requests > 0n).map(({ team }) => team);
    return byTeam(idle, evenIdle([...new Set(users)]), inputs);
  }
  if (policy.policy === 'fixed') return byTeam(idle, fixedIdle(policy.shares), inputs);
  const usedBy = new Map<string, bigint>();
  for (const { team, effective, policyVersion } of used)
    if (policyVersion === idle.policyVersion) usedBy.set(team, (usedBy.get(team) ?? 0n) + (effective ?? 0n));
  const { owners, unreserved } = reservedIdle({ shares: policy.shares, idle: idle.effective, usedBy });
  return byTeam(idle, owners, inputs, unreserved);
}

/** A line for each team that pays, and one of the platform team for what nobody reserved. */
function byTeam(
  idle: PoolIdle,
  shares: readonly IdleShare[],
  inputs: BillInputs,
  unreserved = 0n,
): IdleLine[] | undefined {
  const owners = [...shares.map(({ team }) => teamOwner(team, inputs)), platformOwner(inputs)];
  const weights = [...shares.map(({ team, weight }) => ({ key: `team ${team}`, used: weight }))];
  const parts = spreadIdle(idle, [...weights, { key: 'unreserved', used: unreserved }]);
  return parts && owners.flatMap((owner, i) => idleLineOf(owner, idle, parts[i]));
}

/** One line for each owner, project and model that used the pool, in proportion to what that use cost. */
function proportional(idle: PoolIdle, used: readonly Line[]): IdleLine[] | undefined {
  const users = new Map<string, { fields: LineOwner; used: bigint }>();
  for (const line of used) {
    const { team, costCenter, project, model, provider } = line;
    const fields = { team, costCenter, project, model, provider };
    const key = lineKey({ ...line, ...IDLE, policyVersion: idle.policyVersion });
    const before = users.get(key)?.used ?? 0n;
    users.set(key, { fields, used: before + (line.effective ?? 0n) });
  }
  const list = [...users].map(([key, user]) => ({ key, ...user }));
  const parts = spreadIdle(idle, list);
  return parts && list.flatMap(({ fields }, i) => idleLineOf(fields, idle, parts[i]));
}
