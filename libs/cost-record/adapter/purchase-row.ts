import { formatInstant, parseExactInstant } from '#calendar';
import { decimalToScaled, formatPicos, parsePicos, scaledToDecimal } from '#money';
import { type HourlyTerms, isPurchaseModel } from '../domain/index.js';
import type { RecordedPurchase } from '../service/purchase-store.js';

const SCALE_DECIMALS = 6;

/** Columns of a version `v` of a purchase, and since when records say how many of its instances ran. */
export const PURCHASE_COLUMNS_SQL = `
  v.purchase, v.version, v.pool, v.provider, v.region, v.instance_type, v.pricing_model, v.valid_from, v.valid_to,
  v.instance_count, v.upfront, v.residual_value, v.terms, v.list_hourly_rate, v.contracted_hourly_rate, v.currency,
  v.recorded_at, v.recorded_by,
  (select min(r.valid_from) from cost_record r
    where r.account_id = v.account_id and (r.pool, r.provider, r.region, r.instance_type, r.pricing_model)
        = (v.pool, v.provider, v.region, v.instance_type, v.pricing_model)
      and (select c.instance_count from cost_record_version c
        where c.account_id = r.account_id and c.cost_record_id = r.cost_record_id
        order by c.version desc limit 1) > 0) as recorded_from`;

/** Whether `v` is the purchase's current version. */
export const IS_CURRENT_SQL = `
  not exists (select from capacity_purchase_version later
    where later.account_id = v.account_id and later.purchase = v.purchase and later.version > v.version)`;

/** Exact decimals by name: JSON numbers would not be. */
export interface TermsRow {
  readonly from: string;
  readonly hourlyRate: string;
  readonly power: Readonly<Record<'kilowatts' | 'pue' | 'pricePerKilowattHour', string>> | null;
}

export interface PurchaseRow {
  readonly purchase: string;
  readonly version: number;
  readonly pool: string;
  readonly provider: string;
  readonly region: string;
  readonly instance_type: string;
  readonly pricing_model: string;
  readonly valid_from: Date;
  readonly valid_to: Date;
  readonly instance_count: string;
  readonly upfront: string;
  readonly residual_value: string;
  readonly terms: readonly TermsRow[];
  readonly list_hourly_rate: string | null;
  readonly contracted_hourly_rate: string | null;
  readonly currency: string;
  readonly recorded_at: Date;
  readonly recorded_by: string | null;
  readonly recorded_from: Date | null;
}

export function purchaseFromRow(row: PurchaseRow): RecordedPurchase {
  const { purchase, version, pool, provider, region, currency, pricing_model: pricingModel } = row;
  if (!isPurchaseModel(pricingModel)) throw new Error(`purchase ${purchase} has no known pricing model`);
  return {
    ...{ purchase, version, pool, provider, region, currency, pricingModel },
    instanceType: row.instance_type,
    validFrom: row.valid_from.getTime(),
    validTo: row.valid_to.getTime(),
    instanceMicros: exact(decimalToScaled(row.instance_count, SCALE_DECIMALS), row.instance_count),
    upfront: picos(row.upfront),
    residualValue: picos(row.residual_value),
    terms: row.terms.map(termsFromRow),
    listHourlyRate: row.list_hourly_rate === null ? null : picos(row.list_hourly_rate),
    contractedHourlyRate: row.contracted_hourly_rate === null ? null : picos(row.contracted_hourly_rate),
    recordedFrom: row.recorded_from?.getTime() ?? null,
    recordedAt: row.recorded_at.getTime(),
    recordedBy: row.recorded_by,
  };
}

export function termsToRow({ from, hourlyRate, power }: HourlyTerms): TermsRow {
  return {
    from: formatInstant(from),
    hourlyRate: formatPicos(hourlyRate),
    power: power && {
      kilowatts: scaledToDecimal(power.kilowattMicros, SCALE_DECIMALS),
      pue: scaledToDecimal(power.pueMicros, SCALE_DECIMALS),
      pricePerKilowattHour: formatPicos(power.picosPerKilowattHour),
    },
  };
}

function termsFromRow({ from, hourlyRate, power }: TermsRow): HourlyTerms {
  return {
    from: instant(from),
    hourlyRate: picos(hourlyRate),
    power: power && {
      kilowattMicros: exact(decimalToScaled(power.kilowatts, SCALE_DECIMALS), power.kilowatts),
      pueMicros: exact(decimalToScaled(power.pue, SCALE_DECIMALS), power.pue),
      picosPerKilowattHour: picos(power.pricePerKilowattHour),
    },
  };
}

function picos(text: string): bigint {
  return exact(parsePicos(text), text);
}

function instant(text: string): number {
  const parsed = parseExactInstant(text);
  if ('code' in parsed) throw new Error(`a purchase holds ${text}, which is no instant`);
  return parsed.ms;
}

function exact(value: bigint | undefined, text: string): bigint {
  if (value === undefined) throw new Error(`a purchase holds ${text}, which is no decimal`);
  return value;
}
