import type { RowFailures } from '#outcome';
import { MODALITIES, TOKEN_CLASSES } from '#token';
import { type ClassRate, toContextRates, type VolumePrice, type VolumeTier } from '../domain/index.js';
import type { PriceDraft } from './price-store.js';
import type { PriceRow } from './read-price-row.js';

/** Tiers of one class; nobody's contract has more, and each bill looks through them. */
const TIERS_MAX = 100;

/** All that a row may be the price of. */
const PRICED = TOKEN_CLASSES.flatMap((tokenClass) =>
  [null, ...MODALITIES].map((modality) => ({ tokenClass, modality })),
);

/** What the rows of one price say of its classes, undefined when they contradict each other; how, is in `failures` then. */
export function pricesOfRows(
  rows: readonly PriceRow[],
  failures: RowFailures,
): Pick<PriceDraft, 'rates' | 'volumePrices'> | undefined {
  const flat: ClassRate[] = [];
  const volumePrices: Partial<Record<PriceRow['tokenClass'], VolumePrice>> = {};
  let sound = true;
  for (const { tokenClass, modality } of PRICED) {
    const [first, ...others] = rows.filter((row) => row.tokenClass === tokenClass && row.modality === modality);
    if (!first) continue;
    const own = [first, ...others] as const;
    if (!isSound(own, failures)) sound = false;
    else flat.push(...own.flatMap(classRate));
    const volume = volumePriceOf(own);
    if (volume) volumePrices[tokenClass] = volume;
  }
  if (!sound) return undefined;
  // A contract table prices tokens alone: what a request costs beside them stays what the list says.
  const rates = toContextRates(flat, { picosPerRequest: null });
  return Object.keys(volumePrices).length === 0 ? { rates } : { rates, volumePrices };
}

type ClassRows = readonly [PriceRow, ...PriceRow[]];

function classRate({ tokenClass, modality, price }: PriceRow): ClassRate[] {
  return price.model === 'flat' ? [{ tokenClass, modality, ...price }] : [];
}

function volumePriceOf(rows: ClassRows): VolumePrice | undefined {
  const [{ price }] = rows;
  if (price.model === 'flat') return undefined;
  if (price.model === 'package') return price;
  const [first, ...rest] = rows.flatMap(tierOf).sort((a, b) => (a.volumeFrom < b.volumeFrom ? -1 : 1));
  return first && { model: price.model, tiers: [first, ...rest] };
}

function tierOf({ price }: PriceRow): VolumeTier[] {
  if (price.model !== 'graduated' && price.model !== 'volume') return [];
  return [{ volumeFrom: price.volumeFrom, picosPerToken: price.picosPerToken }];
}

function isSound(rows: ClassRows, failures: RowFailures): boolean {
  const [first] = rows;
  const seen = new Map<bigint, PriceRow>();
  let sound = true;
  const refuse = (row: PriceRow, column: string, code: string, detail: string) => {
    sound = false;
    failures.add(row.row, column, `pricing.${code}`, detail);
  };
  for (const row of rows) {
    const twin = seen.get(startOf(row));
    if (row.price.model !== first.price.model)
      refuse(row, 'pricing_model', 'mixed_pricing_models', `${first.row.place} gives the same class another model`);
    else if (twin) refuse(row, 'token_class', 'repeated_rate', `${twin.row.place} gives the price of the same class`);
    seen.set(startOf(row), row);
  }
  const isTiered = first.price.model === 'graduated' || first.price.model === 'volume';
  if (isTiered && !seen.has(0n))
    refuse(first, 'volume_from', 'no_first_tier', 'the class has no tier from the first token on (0)');
  if (isTiered && rows.length > TIERS_MAX)
    refuse(first, 'volume_from', 'too_many_tiers', `a class has at most ${TIERS_MAX} tiers`);
  return sound;
}

/** What tells rows of one class apart. */
function startOf({ price }: PriceRow): bigint {
  if (price.model === 'flat') return price.contextFrom;
  return price.model === 'package' ? 0n : price.volumeFrom;
}
