import { divideHalfEven, type Picos, scaledToDecimal } from '#money';
import { CHARGE_UNIT_DECIMALS, type ChargeUnit } from '#rating/domain';
import { listCostOf, type PricedLine } from './priced-line.js';

const PICO_DECIMALS = 12;
/** Prices of tokens are per million of them, as providers publish theirs. */
const TOKENS_PER_PRICE_DECIMALS = 6;

export const CONSUMED_UNITS: Readonly<Record<ChargeUnit, string>> = {
  tokens: 'Tokens',
  requests: 'Requests',
  inference_seconds: 'Seconds',
  instance_seconds: 'Instance-Seconds',
  web_searches: 'Searches',
  file_searches: 'Searches',
  images: 'Images',
  audio_seconds: 'Seconds',
  document_pages: 'Pages',
  annotated_pages: 'Pages',
};

/** By what a line is priced: `scaled` / 10^`decimals` of `unit`. */
export interface Pricing {
  readonly unit: string;
  readonly scaled: bigint;
  readonly decimals: number;
}

/**
 * Cost beside a quantity of nothing (a share too small to count, shared cost) has no price per unit: such a line is priced as
 * one unit, and a credit as one less, for prices are not below zero.
 */
export function pricingOf(line: PricedLine): Pricing {
  const { unit, quantity, effective } = line;
  if (quantity === 0n && (effective !== 0n || listCostOf(line) !== 0n))
    return { unit: 'Units', scaled: effective < 0n ? -1n : 1n, decimals: 0 };
  const decimals = CHARGE_UNIT_DECIMALS[unit];
  if (unit !== 'tokens') return { unit: CONSUMED_UNITS[unit], scaled: quantity, decimals };
  return { unit: '1000000 Tokens', scaled: quantity, decimals: decimals + TOKENS_PER_PRICE_DECIMALS };
}

/**
 * The price whose product with the quantity is the cost. Where the quotient does not end it has so many decimals that the
 * product, rounded to the cost's own 12, is the cost: the error is below half a pico.
 */
export function unitPriceOf(cost: Picos, { unit, scaled, decimals }: Pricing): string {
  if (scaled === 0n) return '0';
  if (scaled < 0n) return unitPriceOf(-cost, { unit, scaled: -scaled, decimals });
  const digits = PICO_DECIMALS + Math.max(0, scaled.toString().length - decimals);
  const dividend = cost * 10n ** BigInt(decimals + digits - PICO_DECIMALS);
  return scaledToDecimal(divideHalfEven(dividend, scaled), digits);
}
