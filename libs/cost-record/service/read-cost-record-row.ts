import { type ImportRow, type RowFailures, RowReader } from '#outcome';
import { isPricingModel, PRICING_MODELS, type PricingModel } from '../domain/index.js';
import type { CostRecordDraft } from './cost-record-store.js';

/** The columns of a cost record, as the CSV header spells them. */
export const COST_RECORD_COLUMNS = {
  required: [
    'pool',
    'provider',
    'region',
    'instance_type',
    'pricing_model',
    'hourly_rate',
    'currency',
    'count',
    'from',
  ],
  optional: ['to', 'list_hourly_rate'],
} as const;

const RATE_DECIMALS = 12;
const COUNT_DECIMALS = 6;

/** The record a row says, undefined when something is wrong with it; what, is in `failures` then. */
export function readCostRecordRow(
  row: ImportRow,
  currency: string,
  failures: RowFailures,
): CostRecordDraft | undefined {
  const reader = new RowReader(row, failures, 'cost_record');
  const pool = reader.text('pool');
  const provider = reader.text('provider');
  const region = reader.text('region');
  const instanceType = reader.text('instance_type');
  const pricingModel = readPricingModel(reader);
  const hourlyRate = reader.decimal('hourly_rate', RATE_DECIMALS);
  const listHourlyRate = reader.optionalDecimal('list_hourly_rate', RATE_DECIMALS);
  const readCurrency = reader.currency('currency', currency);
  const instanceMicros = reader.decimal('count', COUNT_DECIMALS);
  const validFrom = reader.instant('from');
  const validTo = reader.optionalInstant('to');
  if (validFrom !== undefined && typeof validTo === 'number' && validTo <= validFrom) {
    return reader.refuse('to', 'bad_interval', 'must be after from; the end is exclusive');
  }
  if (pool === undefined || provider === undefined || region === undefined || instanceType === undefined)
    return undefined;
  if (pricingModel === undefined || hourlyRate === undefined || listHourlyRate === undefined) return undefined;
  if (readCurrency === undefined || instanceMicros === undefined) return undefined;
  if (validFrom === undefined || validTo === undefined) return undefined;
  return {
    pool,
    provider,
    region,
    instanceType,
    pricingModel,
    hourlyRate,
    listHourlyRate,
    currency: readCurrency,
    instanceMicros,
    validFrom,
    validTo,
  };
}

/** Vendors and people write `On-Demand`, `on demand`, `OnDemand`. */
function readPricingModel(reader: RowReader): PricingModel | undefined {
  const text = reader.text('pricing_model');
  if (text === undefined) return undefined;
  const spelled = text.toLowerCase().replaceAll(/[\s-]+/g, '_');
  const model = spelled === 'ondemand' ? 'on_demand' : spelled;
  if (isPricingModel(model)) return model;
  return reader.refuse(
    'pricing_model',
    'unknown_pricing_model',
    `${JSON.stringify(text)} is none of ${PRICING_MODELS.join(', ')}`,
  );
}
