import type { PoolIdle } from './bill-sums.js';
import type { LineAmounts, LineFields } from './line.js';

export type IdleLine = readonly [LineFields, LineAmounts];
/** Whose idle capacity a line shows. */
export type IdleOwner = Pick<LineFields, 'team' | 'costCenter' | 'project' | 'model' | 'provider'>;
type IdleAmounts = Pick<PoolIdle, 'effective' | 'list' | 'instanceNanos'>;

export const IDLE = {
  kind: 'idle',
  tokenClass: null,
  modality: null,
  unit: 'instance_seconds',
  priceVersionId: null,
} as const;

export function idleLine(
  owner: IdleOwner,
  { pool, policyVersion }: PoolIdle,
  { effective, list, instanceNanos }: IdleAmounts,
): IdleLine {
  return [
    { ...owner, ...IDLE, pool, policyVersion },
    { requests: 0n, quantity: instanceNanos, tokens: null, list, effective },
  ];
}

/** The line of an owner's part; none for who has no part to speak of. */
export function idleLineOf(owner: IdleOwner, idle: PoolIdle, part: IdleAmounts | undefined): IdleLine[] {
  const isNothing = part?.effective === 0n && (part.list ?? 0n) === 0n && part.instanceNanos === 0n;
  return part && !isNothing ? [idleLine(owner, idle, part)] : [];
}
