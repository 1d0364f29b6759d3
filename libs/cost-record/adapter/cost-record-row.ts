import { decimalToScaled, parsePicos } from '#money';
import { isPricingModel } from '../domain/index.js';
import type { RecordedCostRecord } from '../service/cost-record-store.js';

/** Columns of a record with one of its versions; `r` is the record, `v` the version. */
export const COST_RECORD_COLUMNS_SQL = `
  r.cost_record_id, v.version, r.pool, r.provider, r.region, r.instance_type, r.pricing_model, v.currency,
  r.valid_from, v.valid_to, v.hourly_rate, v.list_hourly_rate, v.instance_count, v.recorded_at, v.recorded_by`;

/** The record's current version as `v`. */
export const CURRENT_VERSION_SQL = `
  join lateral (
    select * from cost_record_version v
    where v.account_id = r.account_id and v.cost_record_id = r.cost_record_id order by v.version desc limit 1
  ) v on true`;

export interface CostRecordRow {
  readonly cost_record_id: string;
  readonly version: number;
  readonly pool: string;
  readonly provider: string;
  readonly region: string;
  readonly instance_type: string;
  readonly pricing_model: string;
  readonly currency: string;
  readonly valid_from: Date;
  readonly valid_to: Date | null;
  readonly hourly_rate: string;
  readonly list_hourly_rate: string | null;
  readonly instance_count: string;
  readonly recorded_at: Date;
  readonly recorded_by: string | null;
}

export function costRecordFromRow(row: CostRecordRow): RecordedCostRecord {
  const { pricing_model: pricingModel } = row;
  if (!isPricingModel(pricingModel)) throw new Error(`cost record ${row.cost_record_id} has no known pricing model`);
  const hourlyRate = exact(parsePicos(row.hourly_rate), row);
  // An on-demand rate is the public one unless the record says otherwise.
  const publicRate = row.list_hourly_rate ?? (pricingModel === 'on_demand' ? row.hourly_rate : null);
  return {
    costRecordId: row.cost_record_id,
    version: row.version,
    pool: row.pool,
    provider: row.provider,
    region: row.region,
    instanceType: row.instance_type,
    pricingModel,
    validFrom: row.valid_from.getTime(),
    validTo: row.valid_to?.getTime() ?? null,
    hourlyRate,
    listHourlyRate: publicRate === null ? null : exact(parsePicos(publicRate), row),
    currency: row.currency,
    instanceMicros: exact(decimalToScaled(row.instance_count, 6), row),
    recordedAt: row.recorded_at.getTime(),
    recordedBy: row.recorded_by,
  };
}

function exact(value: bigint | undefined, row: CostRecordRow): bigint {
  if (value === undefined) throw new Error(`cost record ${row.cost_record_id} holds a number that is no decimal`);
  return value;
}
