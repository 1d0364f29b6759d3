import { formatInstant } from '#calendar';
import type { PriceWire } from '#contract';
import { formatPicos, scaledToDecimal } from '#money';
import type { ContextRate, PriceVersion, RecordedPrice, TokenPrices, UnitRates, VolumePrice } from '#pricing';
import { MODALITIES, TOKEN_CLASSES, USAGE_UNITS } from '#token';

/** A pico per token is a millionth of the currency per million tokens. */
const PER_MILLION_DECIMALS = 6;

export function priceToApi(price: RecordedPrice): PriceWire {
  const { state, recordedAt, recordedBy } = price;
  return { ...pricedToApi(price), state, recordedAt: formatInstant(recordedAt), recordedBy };
}

/** What a price says, without how it came to be known. */
export function pricedToApi(price: PriceVersion): Omit<PriceWire, 'state' | 'recordedAt' | 'recordedBy'> {
  const { daily } = price;
  return {
    priceVersionId: price.priceVersionId,
    kind: price.kind,
    provider: price.provider,
    model: price.model,
    serviceTier: price.serviceTier,
    region: price.region,
    from: formatInstant(price.validFrom),
    to: price.validTo === null ? null : formatInstant(price.validTo),
    daily: daily && { from: timeOfDay(daily.from), to: timeOfDay(daily.to) },
    version: price.version,
    currency: price.currency,
    rates: price.rates.map(rateToApi),
    volumePrices: volumePricesToApi(price),
    source: price.source,
  };
}

function rateToApi(rate: ContextRate): PriceWire['rates'][number] {
  const { contextFrom, picosPerToken, picosPerModalityToken = {}, unitRates = {}, picosPerRequest } = rate;
  const byModality = MODALITIES.flatMap((modality): [string, Record<string, string>][] => {
    const prices = picosPerModalityToken[modality];
    return prices === undefined ? [] : [[modality, tokenPricesToApi(prices)]];
  });
  return {
    contextFrom: Number(contextFrom),
    pricePer1M: tokenPricesToApi(picosPerToken),
    modalityPricePer1M: Object.fromEntries(byModality),
    unitPrices: unitRatesToApi(unitRates),
    pricePerRequest: picosPerRequest === null ? null : formatPicos(picosPerRequest),
  };
}

function volumePricesToApi({ volumePrices = {} }: PriceVersion): PriceWire['volumePrices'] {
  const prices = TOKEN_CLASSES.flatMap((tokenClass) => {
    const price = volumePrices[tokenClass];
    return price ? [[tokenClass, volumePriceToApi(price)] as const] : [];
  });
  return Object.fromEntries(prices);
}

function volumePriceToApi(price: VolumePrice) {
  if (price.model === 'package') {
    const { model, packageTokens, picosPerPackage } = price;
    return { model, packageTokens: packageTokens.toString(), pricePerPackage: formatPicos(picosPerPackage) };
  }
  const tiers = price.tiers.map(({ volumeFrom, picosPerToken }) => {
    return { volumeFrom: volumeFrom.toString(), pricePer1M: scaledToDecimal(picosPerToken, PER_MILLION_DECIMALS) };
  });
  return { model: price.model, tiers };
}

function tokenPricesToApi(prices: TokenPrices): Record<string, string> {
  const entries = TOKEN_CLASSES.flatMap((tokenClass): [string, string][] => {
    const picos = prices[tokenClass];
    return picos === undefined ? [] : [[tokenClass, scaledToDecimal(picos, PER_MILLION_DECIMALS)]];
  });
  return Object.fromEntries(entries);
}

function unitRatesToApi(rates: UnitRates): PriceWire['rates'][number]['unitPrices'] {
  const entries = USAGE_UNITS.flatMap((unit): [string, { price: string; per: number }][] => {
    const rate = rates[unit];
    return rate === undefined ? [] : [[unit, { price: formatPicos(rate.picos), per: Number(rate.per) }]];
  });
  return Object.fromEntries(entries);
}

function timeOfDay(ms: number): string {
  return `${new Date(ms).toISOString().slice(11, 16)}Z`;
}
