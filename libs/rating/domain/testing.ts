import { dimensionKey, type MeteredUsage, type UsageDimension } from '#metering/domain';
import type { ApplicablePrices, PriceBook, PriceRule, PriceVersion } from '#pricing/domain';
import type { TokenCounts } from '#token';

export const NO_TOKENS: TokenCounts = {
  inputUncached: 0n,
  cacheRead: 0n,
  cacheWrite5m: 0n,
  cacheWrite1h: 0n,
  output: 0n,
  reasoning: 0n,
};

export interface UsageExample extends Partial<Omit<MeteredUsage, 'dimension' | 'tokens'>> {
  readonly dimension?: Partial<UsageDimension>;
  readonly tokens?: Partial<TokenCounts>;
}

/** Metered usage for a test: of team `search` on `llama` unless it says otherwise. */
export function usageOf({ dimension: given = {}, tokens = {}, ...sums }: UsageExample = {}): MeteredUsage {
  const dimension: UsageDimension = {
    team: 'search',
    project: null,
    costCenter: null,
    apiKey: null,
    user: null,
    provider: null,
    model: 'llama',
    pool: null,
    region: null,
    serviceTier: 'standard',
    contextFrom: 0n,
    status: 'ok',
    billableTags: {},
    modality: null,
    source: null,
    ...given,
  };
  return {
    chargePeriod: 0,
    requests: 1n,
    inferenceMicros: 0n,
    prefillMicros: 0n,
    decodeMicros: 0n,
    untimedRequests: 0n,
    units: {},
    ...sums,
    dimension,
    dimensionKey: dimensionKey(dimension),
    tokens: { ...NO_TOKENS, ...tokens },
  };
}

/** A version of a price for a test: open, list, USD. */
export function priceOf(version: Partial<PriceVersion> & Pick<PriceVersion, 'rates'>): PriceVersion {
  return {
    priceVersionId: '1',
    kind: 'list',
    provider: 'openai',
    model: 'gpt',
    modelMatch: null,
    serviceTier: 'standard',
    region: '',
    validFrom: 0,
    validTo: null,
    daily: null,
    version: 1,
    currency: 'USD',
    source: 'test',
    ...version,
  };
}

/** A price book that has these prices for each model, at any time, in any tier. */
export function bookOf(prices: Readonly<Record<string, Partial<ApplicablePrices>>>): PriceBook {
  return {
    extent: JSON.stringify(prices, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)),
    providerNamed: (name) => name.trim().toLowerCase(),
    find: ({ model }) => ({ list: prices[model]?.list, contract: prices[model]?.contract }),
    offers: (model) => [prices[model]?.list].filter((price) => price !== undefined),
  };
}

/** A version of a price rule for a test: for all usage, always, unless it says otherwise. */
export function ruleOf(rule: Partial<PriceRule> & Pick<PriceRule, 'kind' | 'value'>): PriceRule {
  return {
    priceRuleId: '1',
    provider: '',
    model: '',
    serviceTier: '',
    team: '',
    costCenter: '',
    validFrom: 0,
    validTo: null,
    version: 1,
    currency: null,
    ...rule,
  };
}
