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
  const contract = rateFor(prices.contract, contextFrom);
  const lists = [list];
  const own = contract ? [contract, list] : lists;
  const named = (picks: readonly Question[]) => {
    const listed = firstNamed(lists, picks);
    return { effective: contract ? firstNamed(own, picks) : listed, listed };
  };
  const per = ({ effective, listed }: ReturnType<typeof named>): UnitPrice => {
    const { terms, priceRules } = termsOf({ listed, effective, adjustments, meter: effective?.meter ?? null });
    const price = {
      list: knownPicos(listed, currency),
      effective: knownPicos(effective, currency),
      priceVersionId: effective?.version.priceVersionId ?? null,
    };
    return terms ? { ...price, terms, ...(priceRules !== undefined && { priceRules }) } : price;
  };
  const questions = QUESTIONS[modality ?? 'text'];
  const ofRequest = named(OF_REQUEST);
  const isPaidPerRequest = (ofRequest.effective?.picos ?? 0n) !== 0n || (ofRequest.listed?.picos ?? 0n) !== 0n;
  return {
    known: contract !== undefined || list !== undefined,
    tokens: tokenClassRecord((tokenClass) => per(named(questions[tokenClass]))),
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

const OF_REQUEST: readonly Question[] = [
  ({ rate: { picosPerRequest } }) => (picosPerRequest === null ? undefined : { picos: picosPerRequest }),
];

/** What is asked of prices for tokens of each class, of text and of each modality. */
const QUESTIONS: Readonly<Record<Modality | 'text', Readonly<Record<TokenClass, readonly Question[]>>>> = {
  text: questionsOf(null),
  image: questionsOf('image'),
  audio: questionsOf('audio'),
  video: questionsOf('video'),
};

function questionsOf(modality: Modality | null): Record<TokenClass, readonly Question[]> {
  return tokenClassRecord((tokenClass) =>
    BILLED_AS[tokenClass].flatMap((billedAs): Question[] => {
      const asText = tokenPrice(billedAs);
      return modality === null ? [asText] : [modalityPrice(billedAs, modality), asText];
    }),
  );
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

interface AppliedPrice extends AppliedRate, NamedPrice {}

/** Field by field: copies of objects would cost more than all else of finding a price. */
function appliedPrice(applied: AppliedRate, { picos, meter }: NamedPrice): AppliedPrice {
  const { version, tier, rate, fx } = applied;
  const price = { version, tier, rate, picos };
  return fx || meter ? { ...price, ...(fx && { fx }), ...(meter && { meter }) } : price;
}

/** The first thing that any of the prices names, the nearest thing first, and of each the first price that does. */
function firstNamed(
  prices: readonly (AppliedRate | undefined)[],
  picks: readonly Question[],
): AppliedPrice | undefined {
  for (const pick of picks) {
    for (const price of prices) {
      const named = price && pick(price);
      if (named) return appliedPrice(price, named);
    }
  }
  return undefined;
}

/** What a price says, where it is in the account's currency or can be brought to it. Free is free in any. */
function knownPicos(price: AppliedPrice | undefined, currency: string): Picos | null {
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
