import type { ModelPrice } from '@pydantic/genai-prices';
import { decimalToScaled, divideHalfEven } from '#money';
import type { Modality, TokenClass, UsageUnit } from '#token';
import { type ClassRate, type ContextRate, toContextRates, type UnitRate, type UnitRates } from '../domain/index.js';

/** What a price key of the table is the price of. */
type PricedTokens = readonly [TokenClass, Modality | null];

/**
 * The table's price keys that are tokens of ours. A key of a modality says that its tokens are not billed as those of the
 * class; where there is none, the key of the class is the price of all.
 */
const TOKENS_OF_KEY: Readonly<Record<string, PricedTokens>> = {
  input_mtok: ['inputUncached', null],
  cache_read_mtok: ['cacheRead', null],
  cache_write_mtok: ['cacheWrite5m', null],
  cache_write_1h_mtok: ['cacheWrite1h', null],
  output_mtok: ['output', null],
  output_reasoning_mtok: ['reasoning', null],
  input_audio_mtok: ['inputUncached', 'audio'],
  cache_audio_read_mtok: ['cacheRead', 'audio'],
  output_audio_mtok: ['output', 'audio'],
  input_image_mtok: ['inputUncached', 'image'],
  cache_image_read_mtok: ['cacheRead', 'image'],
  output_image_mtok: ['output', 'image'],
  input_video_mtok: ['inputUncached', 'video'],
  output_video_mtok: ['output', 'video'],
};

interface PricedUnit {
  readonly unit: UsageUnit;
  /** How many the table's price is for. */
  readonly per: bigint;
}

/** Of two keys of one unit, the later is the closer: audio that is input is more than audio. */
const UNIT_OF_KEY: Readonly<Record<string, PricedUnit>> = {
  web_searches_kcount: { unit: 'webSearches', per: 1_000n },
  storage_searches_kcount: { unit: 'fileSearches', per: 1_000n },
  input_document_kpages: { unit: 'documentPages', per: 1_000n },
  input_annotated_document_kpages: { unit: 'annotatedPages', per: 1_000n },
  audio_hours: { unit: 'audioSeconds', per: 3_600n },
  input_audio_hours: { unit: 'audioSeconds', per: 3_600n },
};

/** Decimals a price keeps: a millionth of the price per million tokens is one pico per token. */
const PER_MTOK_DECIMALS = 6;
/** A thousandth of the price per thousand requests. */
const PER_KCOUNT_DECIMALS = 9;
/** A price of many is kept whole. */
const PER_MANY_DECIMALS = 12;
const READ_DECIMALS = 24;

/** The rates of a price of the table; none when it prices nothing that events count. */
export function toRates(prices: ModelPrice): ContextRate[] {
  const classRates = Object.entries(prices).flatMap(([key, price]): ClassRate[] => {
    const tokens = TOKENS_OF_KEY[key];
    if (tokens === undefined || price === undefined) return [];
    if (typeof price === 'number') return [classRate(tokens, 0n, price)];
    // A tier counts for requests with more input tokens than its start, and for all their tokens.
    const tiers = price.tiers.map(({ start, price: tierPrice }) => classRate(tokens, BigInt(start) + 1n, tierPrice));
    return [classRate(tokens, 0n, price.base), ...tiers];
  });
  const perThousand = prices.requests_kcount;
  if (typeof perThousand === 'object') throw new Error('a public price per request depends on the size of the request');
  const unitRates = unitRatesOf(prices);
  const hasUnits = Object.keys(unitRates).length > 0;
  if (classRates.length === 0 && perThousand === undefined && !hasUnits) return [];
  const picosPerRequest = toScaled(perThousand ?? 0, PER_KCOUNT_DECIMALS);
  return toContextRates(classRates, { picosPerRequest, ...(hasUnits ? { unitRates } : {}) });
}

function classRate([tokenClass, modality]: PricedTokens, contextFrom: bigint, price: number): ClassRate {
  return { tokenClass, modality, contextFrom, picosPerToken: toScaled(price, PER_MTOK_DECIMALS) };
}

function unitRatesOf(prices: ModelPrice): UnitRates {
  const rates = Object.entries(UNIT_OF_KEY).flatMap(([key, { unit, per }]): [UsageUnit, UnitRate][] => {
    const price = priceOfKey(prices, key);
    if (price === undefined) return [];
    if (typeof price === 'object') throw new Error(`a public price of ${unit} depends on the size of the request`);
    return [[unit, { picos: toScaled(price, PER_MANY_DECIMALS), per }]];
  });
  return Object.fromEntries(rates);
}

function priceOfKey(prices: ModelPrice, key: string) {
  return Object.entries(prices).find(([name]) => name === key)?.[1];
}

/**
 * The table's number as the decimal its author wrote: the shortest that reads back as the same number. Digits beyond the
 * decimals are the float's noise (0.18000000000000002) or of a price that no decimal can say (1/12): rounded half-even.
 */
export function toScaled(price: number, decimals: number): bigint {
  const fine = decimalToScaled(plainDecimal(price), READ_DECIMALS);
  if (fine === undefined || fine < 0n) throw new Error(`a public price is no decimal: ${price}`);
  return divideHalfEven(fine, 10n ** BigInt(READ_DECIMALS - decimals));
}

/** JavaScript writes numbers below 0.000001 with an exponent. */
function plainDecimal(price: number): string {
  const [digits = '', exponent] = String(price).split('e');
  if (exponent === undefined) return digits;
  const shift = Number(exponent);
  if (shift >= 0) throw new Error(`a public price is too large: ${price}`);
  const [integer = '', fraction = ''] = digits.split('.');
  return `0.${'0'.repeat(-shift - integer.length)}${integer}${fraction}`;
}
