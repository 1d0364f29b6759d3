import { MODALITIES, type Modality, TOKEN_CLASSES, type TokenClass, USAGE_UNITS, type UsageUnit } from '#token';
import type {
  ContextRate,
  ModalityPrices,
  ModelMatch,
  PriceVersion,
  TokenPrices,
  UnitRate,
  UnitRates,
} from '../domain/index.js';
import type { RecordedPrice } from '../service/price-store.js';
import { type VolumePricesRow, volumePricesFromRow } from './volume-price-row.js';

type TokenPricesRow = Readonly<Partial<Record<TokenClass, string>>>;
type ModalityPricesRow = Readonly<Partial<Record<Modality, TokenPricesRow>>>;
type UnitRatesRow = Readonly<Partial<Record<UsageUnit, Readonly<Record<keyof UnitRate, string>>>>>;

/** A rate as jsonb: amounts are strings, for JSON numbers are not exact. */
export interface RateRow {
  readonly contextFrom: number;
  readonly picosPerToken: TokenPricesRow;
  /** Left out where the price names none. */
  readonly picosPerModalityToken?: ModalityPricesRow;
  readonly unitRates?: UnitRatesRow;
  /** Null: the price does not name it. */
  readonly picosPerRequest: string | null;
}

export interface PriceVersionRow {
  readonly price_version_id: string;
  readonly kind: PriceVersion['kind'];
  readonly provider: string;
  readonly model: string;
  readonly service_tier: string;
  readonly region: string;
  readonly valid_from: Date;
  readonly valid_to: Date | null;
  readonly daily_from: string | null;
  readonly daily_to: string | null;
  readonly version: number;
  readonly currency: string;
  readonly model_match: ModelMatch | null;
  readonly rates: readonly RateRow[];
  readonly volume_prices: VolumePricesRow | null;
  readonly source: string;
}

export const PRICE_COLUMNS_SQL = `
  p.price_version_id, p.kind, p.provider, p.model, p.service_tier, p.region, p.valid_from, p.valid_to, p.daily_from,
  p.daily_to, p.version, p.currency, p.model_match, p.rates, p.volume_prices, p.source`;

/** What a price is known by. */
export const NATURAL_KEY_SQL = `p.kind, p.provider, p.model, p.service_tier, p.region, p.valid_from,
  coalesce(p.daily_from, '00:00'), coalesce(p.daily_to, '00:00')`;

export interface RecordedPriceRow extends PriceVersionRow {
  readonly state: RecordedPrice['state'];
  readonly recorded_at: Date;
  readonly recorded_by: string | null;
}

export function priceFromRow(row: PriceVersionRow): PriceVersion {
  const { daily_from: from, daily_to: to } = row;
  return {
    priceVersionId: row.price_version_id,
    kind: row.kind,
    provider: row.provider,
    model: row.model,
    modelMatch: row.model_match,
    serviceTier: row.service_tier,
    region: row.region,
    validFrom: row.valid_from.getTime(),
    validTo: row.valid_to?.getTime() ?? null,
    daily: from === null || to === null ? null : { from: timeFromRow(from), to: timeFromRow(to) },
    version: row.version,
    currency: row.currency,
    rates: row.rates.map(rateFromRow),
    ...(row.volume_prices && { volumePrices: volumePricesFromRow(row.volume_prices) }),
    source: row.source,
  };
}

export function recordedPriceFromRow(row: RecordedPriceRow): RecordedPrice {
  const { state, recorded_at: recordedAt, recorded_by: recordedBy } = row;
  return { ...priceFromRow(row), state, recordedAt: recordedAt.getTime(), recordedBy };
}

export function ratesToRow(rates: readonly ContextRate[]): RateRow[] {
  return rates.map(({ contextFrom, picosPerToken, picosPerModalityToken, unitRates, picosPerRequest }) => ({
    contextFrom: Number(contextFrom),
    picosPerToken: tokenPricesToRow(picosPerToken),
    ...(picosPerModalityToken && { picosPerModalityToken: modalitiesToRow(picosPerModalityToken) }),
    ...(unitRates && { unitRates: unitRatesToRow(unitRates) }),
    picosPerRequest: picosPerRequest === null ? null : picosPerRequest.toString(),
  }));
}

function rateFromRow(row: RateRow): ContextRate {
  const { contextFrom, picosPerToken, picosPerModalityToken, unitRates, picosPerRequest } = row;
  return {
    contextFrom: BigInt(contextFrom),
    picosPerToken: tokenPricesFromRow(picosPerToken),
    ...(picosPerModalityToken && { picosPerModalityToken: modalitiesFromRow(picosPerModalityToken) }),
    ...(unitRates && { unitRates: unitRatesFromRow(unitRates) }),
    picosPerRequest: picosPerRequest === null ? null : BigInt(picosPerRequest),
  };
}

function tokenPricesToRow(prices: TokenPrices): TokenPricesRow {
  return mapped(prices, TOKEN_CLASSES, (picos) => picos.toString());
}

function tokenPricesFromRow(row: TokenPricesRow): TokenPrices {
  return mapped(row, TOKEN_CLASSES, BigInt);
}

function modalitiesToRow(prices: ModalityPrices): ModalityPricesRow {
  return mapped(prices, MODALITIES, tokenPricesToRow);
}

function modalitiesFromRow(row: ModalityPricesRow): ModalityPrices {
  return mapped(row, MODALITIES, tokenPricesFromRow);
}

function unitRatesToRow(rates: UnitRates): UnitRatesRow {
  return mapped(rates, USAGE_UNITS, ({ picos, per }) => ({ picos: picos.toString(), per: per.toString() }));
}

function unitRatesFromRow(row: UnitRatesRow): UnitRates {
  return mapped(row, USAGE_UNITS, ({ picos, per }) => ({ picos: BigInt(picos), per: BigInt(per) }));
}

/** The members that are there, in the order of the names. */
function mapped<K extends string, V, W>(
  record: Readonly<Partial<Record<K, V>>>,
  names: readonly K[],
  of: (value: V) => W,
): Partial<Record<K, W>> {
  const result: Partial<Record<K, W>> = {};
  for (const name of names) {
    const value = record[name];
    if (value !== undefined) result[name] = of(value);
  }
  return result;
}

/** `HH:MM:SS` as milliseconds of the day, and back. */
function timeFromRow(time: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number);
  return ((hours * 60 + minutes) * 60 + seconds) * 1000;
}

export function timeToRow(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19);
}
