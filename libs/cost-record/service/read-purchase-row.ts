import type { EpochMs } from '#calendar';
import { type ImportRow, type RowFailures, RowReader } from '#outcome';
import {
  type HourlyTerms,
  isPurchaseModel,
  type PowerTerms,
  PURCHASE_MODELS,
  type PurchaseModel,
} from '../domain/index.js';
import type { PurchaseDraft } from './purchase-store.js';

/** The columns of a purchase, as the CSV header spells them. */
export const PURCHASE_COLUMNS = {
  required: [
    'purchase',
    'pool',
    'provider',
    'region',
    'instance_type',
    'pricing_model',
    'count',
    'upfront',
    'hourly_rate',
    'currency',
    'from',
    'to',
  ],
  optional: [
    'residual_value',
    'list_hourly_rate',
    'contracted_hourly_rate',
    'power_kw',
    'pue',
    'energy_price',
    'terms_from',
  ],
} as const;

const AMOUNT_DECIMALS = 12;
const SCALE_DECIMALS = 6;
const UNIT = 10n ** BigInt(SCALE_DECIMALS);

/** What one row says: the purchase, and the terms that it has from an instant on. */
export interface PurchaseRow {
  readonly row: ImportRow;
  readonly purchase: Omit<PurchaseDraft, 'terms'>;
  readonly terms: HourlyTerms;
}

/** What a row says, undefined when something is wrong with it; what, is in `failures` then. */
export function readPurchaseRow(row: ImportRow, currency: string, failures: RowFailures): PurchaseRow | undefined {
  const reader = new RowReader(row, failures, 'cost_record');
  const purchase = readPurchase(reader, currency);
  const hourlyRate = reader.decimal('hourly_rate', AMOUNT_DECIMALS);
  const termsFrom = reader.optionalInstant('terms_from');
  const power = readPower(reader);
  if (!purchase || hourlyRate === undefined || termsFrom === undefined || power === undefined) return undefined;
  if (purchase.pricingModel !== 'owned' && (power !== null || purchase.residualValue > 0n)) {
    return reader.refuse('pricing_model', 'owned_only', 'power and a residual value are of owned hardware alone');
  }
  const { validFrom, validTo } = purchase;
  const from = termsFrom ?? validFrom;
  if (from < validFrom || from >= validTo)
    return reader.refuse('terms_from', 'bad_interval', 'must lie within from and to');
  return { row, purchase, terms: { from, hourlyRate, power } };
}

function readPurchase(reader: RowReader, currency: string): Omit<PurchaseDraft, 'terms'> | undefined {
  const names = readNames(reader);
  const pricingModel = readPurchaseModel(reader);
  const instanceMicros = reader.decimal('count', SCALE_DECIMALS);
  const amounts = readAmounts(reader);
  const readCurrency = reader.currency('currency', currency);
  const term = readTerm(reader);
  if (!names || !amounts || !term) return undefined;
  if (pricingModel === undefined || instanceMicros === undefined || readCurrency === undefined) return undefined;
  return { ...names, ...amounts, ...term, pricingModel, instanceMicros, currency: readCurrency };
}

function readNames(reader: RowReader) {
  const purchase = reader.text('purchase');
  const pool = reader.text('pool');
  const provider = reader.text('provider');
  const region = reader.text('region');
  const instanceType = reader.text('instance_type');
  if (purchase === undefined || pool === undefined || provider === undefined) return undefined;
  if (region === undefined || instanceType === undefined) return undefined;
  return { purchase, pool, provider, region, instanceType };
}

function readAmounts(reader: RowReader) {
  const upfront = reader.decimal('upfront', AMOUNT_DECIMALS);
  const residualValue = reader.optionalDecimal('residual_value', AMOUNT_DECIMALS);
  const listHourlyRate = reader.optionalDecimal('list_hourly_rate', AMOUNT_DECIMALS);
  const contractedHourlyRate = reader.optionalDecimal('contracted_hourly_rate', AMOUNT_DECIMALS);
  if (upfront === undefined || residualValue === undefined) return undefined;
  if (listHourlyRate === undefined || contractedHourlyRate === undefined) return undefined;
  if (residualValue !== null && residualValue > upfront)
    return reader.refuse('residual_value', 'bad_decimal', 'is more than upfront, what was paid');
  return { upfront, residualValue: residualValue ?? 0n, listHourlyRate, contractedHourlyRate };
}

function readTerm(reader: RowReader): { validFrom: EpochMs; validTo: EpochMs } | undefined {
  const validFrom = reader.instant('from');
  const validTo = reader.instant('to');
  if (validFrom === undefined || validTo === undefined) return undefined;
  if (validTo > validFrom) return { validFrom, validTo };
  return reader.refuse('to', 'bad_interval', 'must be after from; the end is exclusive');
}

/** Null: the row has no power. */
function readPower(reader: RowReader): PowerTerms | null | undefined {
  const kilowattMicros = reader.optionalDecimal('power_kw', SCALE_DECIMALS);
  const pueMicros = reader.optionalDecimal('pue', SCALE_DECIMALS);
  const picosPerKilowattHour = reader.optionalDecimal('energy_price', AMOUNT_DECIMALS);
  if (kilowattMicros === undefined || pueMicros === undefined || picosPerKilowattHour === undefined) return undefined;
  if (kilowattMicros === null && pueMicros === null && picosPerKilowattHour === null) return null;
  if (kilowattMicros === null) return reader.refuse('power_kw', 'missing_value', 'is needed with pue and energy_price');
  if (picosPerKilowattHour === null)
    return reader.refuse('energy_price', 'missing_value', 'is needed with power_kw, per kilowatt-hour');
  if (pueMicros !== null && pueMicros < UNIT)
    return reader.refuse('pue', 'bad_decimal', 'is at least 1: a building draws what its machines do');
  return { kilowattMicros, pueMicros: pueMicros ?? UNIT, picosPerKilowattHour };
}

function readPurchaseModel(reader: RowReader): PurchaseModel | undefined {
  const text = reader.text('pricing_model')?.toLowerCase();
  if (text === undefined || isPurchaseModel(text)) return text;
  const detail = `${JSON.stringify(text)} is none of ${PURCHASE_MODELS.join(', ')}`;
  return reader.refuse('pricing_model', 'unknown_pricing_model', detail);
}
