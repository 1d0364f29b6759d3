import type { ModelPrice } from '@pydantic/genai-prices';
import { decimalToScaled, divideHalfEven } from '#money';
import type { TokenClass } from '#token';
import { type ClassRate, type ContextRate, toContextRates } from '../domain/index.js';

/**
 * The table's price keys that are classes of ours. It prices much else (audio, images, video, searches, pages); usage
 * events do not count those, so such prices are left out.
 */
const CLASS_OF_KEY: Readonly<Record<string, TokenClass>> = {
  input_mtok: 'inputUncached',
  cache_read_mtok: 'cacheRead',
  cache_write_mtok: 'cacheWrite5m',
  cache_write_1h_mtok: 'cacheWrite1h',
  output_mtok: 'output',
  output_reasoning_mtok: 'reasoning',
};

/** Decimals a price keeps: a millionth of the price per million tokens is one pico per token. */
const PER_MTOK_DECIMALS = 6;
/** A thousandth of the price per thousand requests. */
const PER_KCOUNT_DECIMALS = 9;
const READ_DECIMALS = 24;

/** The rates of a price of the table; none when it prices neither tokens nor requests. */
export function toRates(prices: ModelPrice): ContextRate[] {
  const classRates = Object.entries(prices).flatMap(([key, price]): ClassRate[] => {
    const tokenClass = CLASS_OF_KEY[key];
    if (tokenClass === undefined || price === undefined) return [];
    if (typeof price === 'number') return [classRate(tokenClass, 0n, price)];
    // A tier counts for requests with more input tokens than its start, and for all their tokens.
    const tiers = price.tiers.map(({ start, price: tierPrice }) =>
      classRate(tokenClass, BigInt(start) + 1n, tierPrice),
    );
    return [classRate(tokenClass, 0n, price.base), ...tiers];
  });
  const perThousand = prices.requests_kcount;
  if (typeof perThousand === 'object') throw new Error('a public price per request depends on the size of the request');
  if (classRates.length === 0 && perThousand === undefined) return [];
  return toContextRates(classRates, toScaled(perThousand ?? 0, PER_KCOUNT_DECIMALS));
}

function classRate(tokenClass: TokenClass, contextFrom: bigint, price: number): ClassRate {
  return { tokenClass, contextFrom, picosPerToken: toScaled(price, PER_MTOK_DECIMALS) };
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
