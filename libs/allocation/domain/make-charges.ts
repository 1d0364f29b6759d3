import type { PoolPeriodCost } from '#cost-record/domain';
import type { Charge, ChargeKind } from '#rating/domain';
import type { Amounts } from './divide-period.js';
import { type Leaf, leafKey } from './leaves.js';
import { splitAmounts } from './split-amounts.js';

export interface ChargeContext {
  /** Null where no policy says how. */
  readonly policyVersion: number | null;
  readonly isKnownTeam: (team: string) => boolean;
}

/** Splits amounts over leaves, at both prices by the same weights; all are zero where nothing weighs anything. */
export function leafCharges(leaves: readonly Leaf[], amounts: Amounts, context: ChargeContext): Charge[] {
  const parts = splitAmounts(
    amounts,
    leaves.map((leaf) => ({ key: leafKey(leaf), weight: leaf.weight })),
  );
  const nothing = { effective: 0n, list: amounts.list === null ? null : 0n };
  return leaves.map((leaf, i) =>
    leafCharge(leaf, parts?.[i] ?? nothing, context.policyVersion, ownedKind(leaf.row.dimension.team, context)),
  );
}

/** Usage whose cost nobody knows. */
export function unpricedCharges(leaves: readonly Leaf[]): Charge[] {
  return leaves.map((leaf) => leafCharge(leaf, { effective: null, list: null }, null, 'unpriced'));
}

/** Cost that a team bears without usage behind it. */
export function bearerCharge(
  bearer: string,
  { pool, chargePeriod }: PoolPeriodCost,
  { effective, list }: Amounts,
  context: ChargeContext,
): Charge {
  const { policyVersion } = context;
  const usage = { tokenClass: null, requests: 0n, quantity: 0n, unit: 'requests', tokens: null } as const;
  const whose = { dimension: null, dimensionKey: '', bearer, pool, chargePeriod };
  const origin = { priceVersionId: null, policyVersion };
  return { ...whose, ...usage, kind: ownedKind(bearer, context), effective, list, origin };
}

/** Cost that belongs to capacity and to no usage. */
export function capacityCharge(
  kind: ChargeKind,
  { pool, chargePeriod }: PoolPeriodCost,
  policyVersion: number | null,
  { effective, list }: Amounts,
  instanceNanos: bigint,
): Charge {
  const nobody = { dimension: null, dimensionKey: '', bearer: null, tokenClass: null, requests: 0n, tokens: null };
  const capacity = { quantity: instanceNanos, unit: 'instance_seconds' } as const;
  const origin = { priceVersionId: null, policyVersion };
  return { ...nobody, ...capacity, kind, chargePeriod, pool, effective, list, origin };
}

function ownedKind(team: string, { isKnownTeam }: ChargeContext): ChargeKind {
  return isKnownTeam(team) ? 'used' : 'unattributed';
}

function leafCharge(
  { row, ...leaf }: Leaf,
  amounts: Pick<Charge, 'effective' | 'list'>,
  policyVersion: number | null,
  kind: ChargeKind,
): Charge {
  const { chargePeriod, dimension, dimensionKey } = row;
  const { tokenClass, requests, quantity, unit, tokens } = leaf;
  const whose = { chargePeriod, dimension, dimensionKey, bearer: null, pool: dimension.pool };
  const { effective, list } = amounts;
  const origin = { priceVersionId: null, policyVersion };
  return { ...whose, kind, tokenClass, requests, quantity, unit, tokens, effective, list, origin };
}
