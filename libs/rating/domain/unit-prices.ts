import type { Picos } from '#money';
import type { ContextRate } from '#pricing/domain';
import type { Modality, TokenClass } from '#token';
import { NOT_ADJUSTED, type RuledTerms, termsOf } from './charge-terms.js';
import type { FoundPrice, FoundPrices } from './find-prices.js';
import type { VolumeMeter } from './volume/volume-meter.js';

/** What one token (or request) costs, at public and at own prices. Null: no price, or one that no rate converts. */
export interface UnitPrice extends RuledTerms {
  readonly list: Picos | null;
  readonly effective: Picos | null;
  /** Which version says the effective price; null: none does. */
  readonly priceVersionId: string | null;
}

/** The unit prices of one model for one size of request at one time. */
export interface UnitPrices {
  /** Whether any price covers the model at all. */
  readonly known: boolean;
  readonly tokens: Readonly<Record<TokenClass, UnitPrice>>;
  /** Null: requests cost nothing beside their tokens. */
  readonly request: UnitPrice | null;
}

/**
 * A class that no price names is billed as the next one that some price does: providers bill cache reads and writes that
 * they publish no rate for as plain input, and reasoning as output.
 */
const BILLED_AS: Readonly<Record<TokenClass, readonly TokenClass[]>> = {
  inputUncached: ['inputUncached'],
  cacheRead: ['cacheRead', 'inputUncached'],
  cacheWrite5m: ['cacheWrite5m', 'inputUncached'],
  cacheWrite1h: ['cacheWrite1h', 'cacheWrite5m', 'inputUncached'],
  output: ['output'],
  reasoning: ['reasoning', 'output'],
};

/** What of usage its unit prices depend on, and the account's currency. */
export interface PricedUsage {
  readonly contextFrom: bigint;
  readonly modality: Modality | null;
  readonly currency: string;
}

/**
 * The unit prices that hold for requests that reached `contextFrom` input tokens. Own (contract) prices win over public
 * ones class by class: what a contract does not name costs its list price, and only what neither names is billed as
 * another class. A modality without a price of its own is billed as text of its class, that without one as the modality's
 * next class. What costs a price in another currency that no rate converts is not known. Discounts and markups are on what
 * usage costs, never on its list price.
 */
export function unitPrices(
  prices: FoundPrices,
  { contextFrom, modality, currency }: PricedUsage,
  adjustments = NOT_ADJUSTED,
): UnitPrices {
  const list = rateFor(prices.list, contextFrom);
  const own = [rateFor(prices.contract, contextFrom), list];
  const named = (picks: readonly Question[]) => ({
    effective: firstNamed(own, picks),
    listed: firstNamed([list], picks),
  });
  const per = ({ effective, listed }: ReturnType<typeof named>): UnitPrice => ({
    list: knownPicos(listed, currency),
    effective: knownPicos(effective, currency),
    priceVersionId: effective?.version.priceVersionId ?? null,
    ...termsOf({ listed, effective, adjustments, meter: effective?.meter ?? null }),
  });
  const ofRequest = named([
    ({ rate: { picosPerRequest } }) => (picosPerRequest === null ? undefined : { picos: picosPerRequest }),
  ]);
  const isPaidPerRequest = [ofRequest.effective, ofRequest.listed].some((price) => (price?.picos ?? 0n) !== 0n);
  return {
    known: own.some((rate) => rate !== undefined),
    tokens: tokenClassRecord((tokenClass) => per(named(questionsOf(tokenClass, modality)))),
    request: isPaidPerRequest ? per(ofRequest) : null,
  };
}

/** A record with a value for each token class. */
export function tokenClassRecord<T>(of: (tokenClass: TokenClass) => T): Record<TokenClass, T> {
  const [inputUncached, cacheRead, cacheWrite5m] = [of('inputUncached'), of('cacheRead'), of('cacheWrite5m')];
  return {
    inputUncached,
    cacheRead,
    cacheWrite5m,
    cacheWrite1h: of('cacheWrite1h'),
    output: of('output'),
    reasoning: of('reasoning'),
  };
}

interface NamedPrice {
  readonly picos: Picos;
  readonly meter?: VolumeMeter;
}

/** What a price says of one thing; undefined when it does not name it. */
type Question = (price: AppliedRate) => NamedPrice | undefined;

function questionsOf(tokenClass: TokenClass, modality: Modality | null): Question[] {
  return BILLED_AS[tokenClass].flatMap((billedAs): Question[] => {
    const asText = tokenPrice(billedAs);
    return modality === null ? [asText] : [modalityPrice(billedAs, modality), asText];
  });
}

function modalityPrice(tokenClass: TokenClass, modality: Modality): Question {
  return ({ rate }) => {
    const picos = rate.picosPerModalityToken?.[modality]?.[tokenClass];
    return picos === undefined ? undefined : { picos };
  };
}

function tokenPrice(tokenClass: TokenClass): Question {
  return ({ rate, version: { priceVersionId, volumePrices } }) => {
    const volume = volumePrices?.[tokenClass];
    if (volume) return { picos: 0n, meter: { priceVersionId, tokenClass, price: volume } };
    const picos = rate.picosPerToken[tokenClass];
    return picos === undefined ? undefined : { picos };
  };
}

/** The first thing that any of the prices names, the nearest thing first, and of each the first price that does. */
function firstNamed(prices: readonly (AppliedRate | undefined)[], picks: readonly Question[]) {
  for (const pick of picks) {
    for (const price of prices) {
      const named = price && pick(price);
      if (named) return { ...price, ...named };
    }
  }
  return undefined;
}

/** What a price says, where it is in the account's currency or can be brought to it. Free is free in any. */
function knownPicos(price: (AppliedRate & NamedPrice) | undefined, currency: string): Picos | null {
  if (!price) return null;
  const isFree = price.picos === 0n && !price.meter;
  return isFree || isConvertible(price, currency) ? price.picos : null;
}

export interface AppliedRate extends FoundPrice {
  readonly rate: ContextRate;
}

/** The rate of the largest threshold that the request reached: it applies to the whole request. */
export function rateFor(found: FoundPrice | undefined, contextFrom: bigint): AppliedRate | undefined {
  const rate = found?.version.rates.findLast((candidate) => candidate.contextFrom <= contextFrom);
  return found && rate && { ...found, rate };
}

/** Whether amounts of a price can be told in the account's currency. */
export function isConvertible({ version, fx }: FoundPrice, currency: string): boolean {
  return version.currency === currency || fx !== undefined;
}
