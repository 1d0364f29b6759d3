import { type EpochMs, isChargePeriodEdge } from '#calendar';
import { type ImportRow, type RowFailures, RowReader } from '#outcome';
import { MODALITIES, type Modality, TOKEN_CLASSES, type TokenClass } from '#token';
import { type RowPrice, readRowPrice } from './read-row-price.js';

/** The columns of a contract price, as the CSV header spells them. One row for each token class and threshold or tier. */
export const PRICE_COLUMNS = {
  required: ['provider', 'model', 'token_class', 'currency', 'from'],
  optional: [
    'price_per_1m',
    'service_tier',
    'region',
    'modality',
    'context_from',
    'to',
    'pricing_model',
    'volume_from',
    'package_tokens',
    'price_per_package',
  ],
} as const;

export interface PriceRow {
  readonly row: ImportRow;
  readonly provider: string;
  readonly model: string;
  readonly serviceTier: string;
  readonly region: string;
  readonly currency: string;
  readonly validFrom: EpochMs;
  readonly validTo: EpochMs | null;
  readonly tokenClass: TokenClass;
  /** Null: text, and what no row prices. Of a flat price alone. */
  readonly modality: Modality | null;
  readonly price: RowPrice;
}

export interface PriceRowRules {
  /** Thresholds that the size classes of metered usage know. */
  readonly breakpoints: readonly bigint[];
}

/**
 * The price of a class that a row says, undefined when something is wrong with it; what, is in `failures` then. Names compare
 * without regard to the case of letters, so they are kept in lower case: two spellings are one price.
 */
export function readPriceRow(row: ImportRow, rules: PriceRowRules, failures: RowFailures): PriceRow | undefined {
  const reader = new RowReader(row, failures, 'pricing');
  const provider = reader.text('provider')?.toLowerCase();
  const model = reader.text('model')?.toLowerCase();
  const serviceTier = reader.optionalText('service_tier')?.toLowerCase() ?? 'standard';
  const region = reader.optionalText('region') ?? '';
  const tokenClass = readTokenClass(reader);
  const modality = readModality(reader);
  const price = readRowPrice(reader, rules.breakpoints);
  const currency = reader.anyCurrency('currency');
  const validFrom = onEdge(reader, 'from', reader.instant('from'));
  const validTo = onEdge(reader, 'to', reader.optionalInstant('to'));
  if (typeof validFrom === 'number' && typeof validTo === 'number' && validTo <= validFrom) {
    return reader.refuse('to', 'bad_interval', 'must be after from; the end is exclusive');
  }
  if (provider === undefined || model === undefined || tokenClass === undefined) return undefined;
  if (price === undefined || currency === undefined || modality === undefined) return undefined;
  if (modality !== null && price.model !== 'flat')
    return reader.refuse(
      'modality',
      'column_of_another_model',
      `must be empty in a row of the pricing model ${price.model}`,
    );
  if (typeof validFrom !== 'number' || validTo === undefined) return undefined;
  const tier = serviceTier === 'default' ? 'standard' : serviceTier;
  const key = { provider, model, serviceTier: tier, region, currency, validFrom, validTo };
  return { row, ...key, tokenClass, modality, price };
}

/** `inputUncached`, `input_uncached`, in any case of letters. */
function readTokenClass(reader: RowReader): TokenClass | undefined {
  const text = reader.text('token_class');
  if (text === undefined) return undefined;
  const bare = text.toLowerCase().replaceAll(/[_\s-]/g, '');
  const found = TOKEN_CLASSES.find((tokenClass) => tokenClass.toLowerCase() === bare);
  return (
    found ??
    reader.refuse(
      'token_class',
      'unknown_token_class',
      `${JSON.stringify(text)} is none of ${TOKEN_CLASSES.join(', ')}`,
    )
  );
}

/** Null: text, and every modality that no row prices. */
function readModality(reader: RowReader): Modality | null | undefined {
  const text = reader.optionalText('modality')?.toLowerCase() ?? null;
  const found = MODALITIES.find((modality) => modality === text);
  if (text === null || text === 'text') return null;
  return (
    found ??
    reader.refuse('modality', 'unknown_modality', `${JSON.stringify(text)} is none of text, ${MODALITIES.join(', ')}`)
  );
}

/** A bucket of usage has one price, so prices change only where buckets do. */
function onEdge<T extends EpochMs | null | undefined>(reader: RowReader, column: string, at: T): T | undefined {
  if (typeof at !== 'number' || isChargePeriodEdge(at)) return at;
  return reader.refuse(column, 'not_on_period_edge', 'must be a full quarter of an hour in UTC, such as 12:15:00');
}
