import type { Picos } from '#money';
import type { ApplicablePrices, ContextRate, PriceVersion } from '#pricing/domain';
import type { TokenClass } from '#token';

/** What one token (or request) costs, at public and at own prices, and which price version says so. Null: no price. */
export interface UnitPrice {
  readonly list: Picos | null;
  readonly effective: Picos | null;
  readonly priceVersionId: string | null;
}

/** The unit prices of one model for one size of request at one time. */
export interface UnitPrices {
  /** Whether any price covers the model at all. */
  readonly known: boolean;
  readonly tokens: Readonly<Record<TokenClass, UnitPrice>>;
  readonly request: UnitPrice;
}

/**
 * A class that a price does not name is billed as the next one that it does: providers bill cache reads and writes that
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

/**
 * The unit prices that hold for requests that reached `contextFrom` input tokens. Own (contract) prices win over public
 * ones class by class: what a contract does not name costs its list price. Prices in another currency than the account's
 * are no prices here, for nothing converts them.
 */
export function unitPrices(prices: ApplicablePrices, contextFrom: bigint, currency: string): UnitPrices {
  const [list, contract] = [prices.list, prices.contract].map((version) => rateFor(version, contextFrom, currency));
  const per = (pick: (rate: ContextRate) => Picos | undefined): UnitPrice => {
    const [listed, contracted] = [list && pick(list.rate), contract && pick(contract.rate)];
    const source = contracted === undefined ? (listed === undefined ? undefined : list) : contract;
    return {
      list: listed ?? null,
      effective: contracted ?? listed ?? null,
      priceVersionId: source?.version.priceVersionId ?? null,
    };
  };
  const perToken = (tokenClass: TokenClass): UnitPrice => per((rate) => picosPerToken(rate, tokenClass));
  return {
    known: list !== undefined || contract !== undefined,
    tokens: tokenClassRecord(perToken),
    request: per((rate) => rate.picosPerRequest),
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

/** The price of one token of the class, that of the class it is billed as, or undefined. */
function picosPerToken(rate: ContextRate, tokenClass: TokenClass): Picos | undefined {
  const named = BILLED_AS[tokenClass].find((candidate) => rate.picosPerToken[candidate] !== undefined);
  return named && rate.picosPerToken[named];
}

/** The rate of the largest threshold that the request reached: it applies to the whole request. */
function rateFor(version: PriceVersion | undefined, contextFrom: bigint, currency: string) {
  if (version?.currency !== currency) return undefined;
  const rate = version.rates.findLast((candidate) => candidate.contextFrom <= contextFrom);
  return rate && { version, rate };
}
