import type { PoolIdle } from './bill-sums.js';
import type { LineAmounts, LineFields } from './line.js';
import type { LineOwner } from './line-owner.js';

export type IdleLine = readonly [LineFields, LineAmounts];
type IdleAmounts = Pick<PoolIdle, 'effective' | 'list' | 'instanceNanos'>;

export const IDLE = {
  kind: 'idle',
  tokenClass: null,
  modality: null,
  unit: 'instance_seconds',
  priceVersionId: null,
} as const;

export function idleLine(
  owner: LineOwner,
  { pool, policyVersion }: PoolIdle,
  { effective, list, instanceNanos }: IdleAmounts,
): IdleLine {
  return [
    { ...owner, ...IDLE, pool, policyVersion },
    { requests: 0n, quantity: instanceNanos, tokens: null, list, effective },
  ];
}

/** The line of an owner's part; none for who has no part to speak of. */
export function idleLineOf(owner: LineOwner, idle: PoolIdle, part: IdleAmounts | undefined): IdleLine[] {
  const isNothing = part?.effective === 0n && (part.list ?? 0n) === 0n && part.instanceNanos === 0n;
  return part && !isNothing ? [idleLine(owner, idle, part)] : [];
}
