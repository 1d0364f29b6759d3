import { parsePicos } from '#money';
import type { RecordedSharedCost } from '../service/shared-cost-store.js';

/** Columns of a shared cost with one of its versions; `c` is the cost, `v` the version. */
export const SHARED_COST_COLUMNS_SQL = `
  c.shared_cost_id, v.version, c.pool, c.description, c.vendor, c.valid_from, v.valid_to, v.amount, v.list_amount, v.currency,
  v.recorded_at, v.recorded_by`;

/** The cost's current version as `v`. */
export const CURRENT_SHARED_VERSION_SQL = `
  join lateral (
    select * from shared_cost_version v
    where v.account_id = c.account_id and v.shared_cost_id = c.shared_cost_id order by v.version desc limit 1
  ) v on true`;

export interface SharedCostRow {
  readonly shared_cost_id: string;
  readonly version: number;
  readonly pool: string;
  readonly description: string;
  readonly vendor: string;
  readonly valid_from: Date;
  readonly valid_to: Date;
  readonly amount: string;
  readonly list_amount: string | null;
  readonly currency: string;
  readonly recorded_at: Date;
  readonly recorded_by: string | null;
}

export function sharedCostFromRow(row: SharedCostRow): RecordedSharedCost {
  const amount = exact(row.amount, row);
  return {
    sharedCostId: row.shared_cost_id,
    version: row.version,
    pool: row.pool,
    description: row.description,
    vendor: row.vendor === '' ? null : row.vendor,
    validFrom: row.valid_from.getTime(),
    validTo: row.valid_to.getTime(),
    amount,
    listAmount: row.list_amount === null ? amount : exact(row.list_amount, row),
    currency: row.currency,
    recordedAt: row.recorded_at.getTime(),
    recordedBy: row.recorded_by,
  };
}

function exact(text: string, row: SharedCostRow): bigint {
  const picos = parsePicos(text);
  if (picos === undefined) throw new Error(`shared cost ${row.shared_cost_id} holds a number that is no decimal`);
  return picos;
}
