import { TOKEN_CLASSES } from '#token';
import type { ContextRate, ModelMatch, PriceVersion } from '../domain/index.js';
import type { RecordedPrice } from '../service/price-store.js';
import { type VolumePricesRow, volumePricesFromRow } from './volume-price-row.js';

/** A rate as jsonb: amounts are strings, for JSON numbers are not exact. */
export interface RateRow {
  readonly contextFrom: number;
  readonly picosPerToken: Readonly<Record<string, string>>;
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
  return rates.map(({ contextFrom, picosPerToken, picosPerRequest }) => ({
    contextFrom: Number(contextFrom),
    picosPerToken: Object.fromEntries(
      TOKEN_CLASSES.flatMap((tokenClass): [string, string][] => {
        const picos = picosPerToken[tokenClass];
        return picos === undefined ? [] : [[tokenClass, picos.toString()]];
      }),
    ),
    picosPerRequest: picosPerRequest === null ? null : picosPerRequest.toString(),
  }));
}

function rateFromRow({ contextFrom, picosPerToken, picosPerRequest }: RateRow): ContextRate {
  const entries = TOKEN_CLASSES.flatMap((tokenClass): [string, bigint][] => {
    const picos = picosPerToken[tokenClass];
    return picos === undefined ? [] : [[tokenClass, BigInt(picos)]];
  });
  return {
    contextFrom: BigInt(contextFrom),
    picosPerToken: Object.fromEntries(entries),
    picosPerRequest: picosPerRequest === null ? null : BigInt(picosPerRequest),
  };
}

/** `HH:MM:SS` as milliseconds of the day, and back. */
function timeFromRow(time: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number);
  return ((hours * 60 + minutes) * 60 + seconds) * 1000;
}

export function timeToRow(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19);
}
