import { spreadIdle } from '#allocation/domain';
import type { PoolPolicy } from '#cost-record/domain';
import type { BilledPool } from './bill-inputs.js';
import type { BillSums, PoolIdle } from './bill-sums.js';
import { type LineAmounts, type LineFields, lineKey } from './line.js';

/**
 * Turns each pool's idle cost of the billing period into lines: one of the platform team (`separate`), or one beside each
 * owner's use of the pool (`proportional`). Which, the policy version says whose charge periods stood idle.
 */
export function settleIdle(sums: BillSums, pools: readonly BilledPool[], platformTeam: string): void {
  const policies = new Map(pools.map(({ pool, policies }) => [pool, policies]));
  // Lines without a policy are of a time that had none: nobody's use explains their cost.
  const used = sums.lines().filter((line) => line.kind === 'used' || line.kind === 'unattributed');
  for (const idle of sums.idle()) {
    const policy = policies.get(idle.pool)?.find(({ version }) => version === idle.policyVersion);
    const parts = isProportional(policy) ? proportional(idle, used) : undefined;
    for (const [fields, amounts] of parts ?? [separate(idle, platformTeam)]) sums.addLine(fields, amounts);
  }
}

function isProportional(policy: PoolPolicy | undefined): boolean {
  return policy?.idle === 'proportional';
}

type Line = readonly [LineFields, LineAmounts];

function separate(idle: PoolIdle, team: string): Line {
  const nobody = { team, costCenter: null, project: null, model: null, provider: null };
  return idleLine(nobody, idle, idle);
}

/** One line for each owner, project and model that used the pool, in proportion to what that use cost. */
function proportional(idle: PoolIdle, used: readonly (LineFields & LineAmounts)[]): Line[] | undefined {
  const users = new Map<string, { fields: Owner; used: bigint }>();
  for (const line of used) {
    if (line.pool !== idle.pool || line.policyVersion === null) continue;
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

type Owner = Pick<LineFields, 'team' | 'costCenter' | 'project' | 'model' | 'provider'>;
const IDLE = { kind: 'idle', tokenClass: null, unit: 'instance_seconds', priceVersionId: null } as const;

function idleLineOf(
  owner: Owner,
  idle: PoolIdle,
  part: Pick<PoolIdle, 'effective' | 'list' | 'instanceNanos'> | undefined,
) {
  // Who used nothing to speak of has no idle line.
  const isNothing = part?.effective === 0n && (part.list ?? 0n) === 0n && part.instanceNanos === 0n;
  return part && !isNothing ? [idleLine(owner, idle, part)] : [];
}

function idleLine(
  owner: Owner,
  { pool, policyVersion }: PoolIdle,
  { effective, list, instanceNanos }: Pick<PoolIdle, 'effective' | 'list' | 'instanceNanos'>,
): Line {
  return [
    { ...owner, ...IDLE, pool, policyVersion },
    { requests: 0n, quantity: instanceNanos, tokens: null, list, effective },
  ];
}
