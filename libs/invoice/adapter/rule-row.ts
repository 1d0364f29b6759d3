import type { DifferencePolicy, InvoiceMatch, MatchTarget, ReconciliationPolicy } from '../domain/index.js';
import type { Recorded } from '../service/reconciliation-rules.js';
import { exactPicos } from './invoice-row.js';

export const MATCH_COLUMNS_SQL = `provider, sub_account, sku, resource, tag, version, from_period, target, pool, target_provider,
  model, recorded_at, recorded_by`;

export interface MatchRow {
  readonly provider: string;
  /** `''` in these asks for nothing. */
  readonly sub_account: string;
  readonly sku: string;
  readonly resource: string;
  readonly tag: string;
  readonly version: number;
  readonly from_period: string;
  readonly target: MatchTarget['to'];
  readonly pool: string | null;
  readonly target_provider: string | null;
  readonly model: string | null;
  readonly recorded_at: Date;
  readonly recorded_by: string | null;
}

export function matchFromRow(row: MatchRow): Recorded<InvoiceMatch> {
  return {
    provider: row.provider,
    subAccount: row.sub_account || null,
    sku: row.sku || null,
    resource: row.resource || null,
    tag: row.tag || null,
    version: row.version,
    fromPeriod: row.from_period,
    target: targetFromRow(row),
    recordedAt: row.recorded_at.getTime(),
    recordedBy: row.recorded_by,
  };
}

function targetFromRow({ target: to, pool, target_provider: provider, model }: MatchRow): MatchTarget {
  if (to === 'pool' && pool !== null) return { to, pool };
  if (to === 'provider' && provider !== null) return { to, provider, model };
  if (to === 'platform' || to === 'none') return { to };
  throw new Error(`an invoice match has the target ${to}, which this version does not know`);
}

export const POLICY_COLUMNS_SQL =
  'party, version, from_period, policy, shared_pool, tolerance, tolerance_basis_points, recorded_at, recorded_by';

export interface PolicyRow {
  readonly party: string;
  readonly version: number;
  readonly from_period: string;
  readonly policy: DifferencePolicy;
  readonly shared_pool: string | null;
  readonly tolerance: string;
  readonly tolerance_basis_points: number;
  readonly recorded_at: Date;
  readonly recorded_by: string | null;
}

export function policyFromRow(row: PolicyRow): Recorded<ReconciliationPolicy> {
  return {
    party: row.party,
    version: row.version,
    fromPeriod: row.from_period,
    policy: row.policy,
    sharedPool: row.shared_pool,
    tolerance: exactPicos(row.tolerance),
    toleranceBasisPoints: row.tolerance_basis_points,
    recordedAt: row.recorded_at.getTime(),
    recordedBy: row.recorded_by,
  };
}
