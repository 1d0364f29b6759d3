import type { Picos } from '#money';
import type { RowReader } from '#outcome';
import type { PackagePrice, VolumePrice, VolumeTier } from '../domain/index.js';

/** Picos of one token are millionths of the price of a million: six decimals are exact. */
const PRICE_DECIMALS = 6;
const PACKAGE_DECIMALS = 12;
const MODELS = ['flat', 'graduated', 'volume', 'package'] as const;

/** What one row says that tokens of a class cost: a flat rate, a tier of a price that follows the volume, or packages. */
export type RowPrice =
  | { readonly model: 'flat'; readonly contextFrom: bigint; readonly picosPerToken: Picos }
  | ({ readonly model: Exclude<VolumePrice['model'], 'package'> } & VolumeTier)
  | ({ readonly model: 'package' } & PackagePrice);

/** The price a row says, undefined when something is wrong with it. `breakpoints`: see `PriceRowRules`. */
export function readRowPrice(reader: RowReader, breakpoints: readonly bigint[]): RowPrice | undefined {
  const model = readModel(reader);
  if (model === undefined) return undefined;
  const strangers = STRANGERS[model].filter((column) => reader.optionalText(column) !== null);
  for (const column of strangers)
    reader.refuse(column, 'column_of_another_model', `must be empty in a row of the pricing model ${model}`);
  const price = model === 'package' ? readPackage(reader) : readPerToken(reader, model, breakpoints);
  return strangers.length === 0 ? price : undefined;
}

/** The columns that have no meaning for a model: what they say would be dropped in silence. */
const STRANGERS: Readonly<Record<RowPrice['model'], readonly string[]>> = {
  flat: ['volume_from', 'package_tokens', 'price_per_package'],
  graduated: ['context_from', 'package_tokens', 'price_per_package'],
  volume: ['context_from', 'package_tokens', 'price_per_package'],
  package: ['context_from', 'volume_from', 'price_per_1m'],
};

function readModel(reader: RowReader): RowPrice['model'] | undefined {
  const text = reader.optionalText('pricing_model');
  if (text === undefined) return undefined;
  const found = MODELS.find((model) => model === (text ?? 'flat').toLowerCase());
  if (found) return found;
  const detail = `${JSON.stringify(text)} is none of ${MODELS.join(', ')}`;
  return reader.refuse('pricing_model', 'unknown_pricing_model', detail);
}

function readPerToken(
  reader: RowReader,
  model: Exclude<RowPrice['model'], 'package'>,
  breakpoints: readonly bigint[],
): RowPrice | undefined {
  const picosPerToken = reader.decimal('price_per_1m', PRICE_DECIMALS);
  if (model === 'flat') {
    const contextFrom = readContextFrom(reader, breakpoints);
    return picosPerToken === undefined || contextFrom === undefined ? undefined : { model, contextFrom, picosPerToken };
  }
  const volumeFrom = reader.decimal('volume_from', 0);
  return picosPerToken === undefined || volumeFrom === undefined ? undefined : { model, volumeFrom, picosPerToken };
}

function readPackage(reader: RowReader): RowPrice | undefined {
  const packageTokens = reader.decimal('package_tokens', 0);
  const picosPerPackage = reader.decimal('price_per_package', PACKAGE_DECIMALS);
  if (packageTokens === 0n) return reader.refuse('package_tokens', 'empty_package', 'must be at least 1');
  if (packageTokens === undefined || picosPerPackage === undefined) return undefined;
  return { model: 'package', packageTokens, picosPerPackage };
}

function readContextFrom(reader: RowReader, breakpoints: readonly bigint[]): bigint | undefined {
  const contextFrom = reader.optionalDecimal('context_from', 0);
  if (contextFrom === null) return 0n;
  if (contextFrom === undefined || contextFrom === 0n || breakpoints.includes(contextFrom)) return contextFrom;
  return reader.refuse(
    'context_from',
    'unknown_context_threshold',
    `${contextFrom} is not a threshold that usage is metered by; those are 0, ${breakpoints.join(', ')}`,
  );
}
