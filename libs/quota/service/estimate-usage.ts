import type { EpochMs } from '#calendar';
import { dimensionKey, type UsageDimension } from '#metering/domain';
import type { Picos } from '#money';
import { type QuotaFacts, type QuotaUsage, usageOf } from '../domain/index.js';
import { type LoadPricing, UNPRICED } from './load-pricing.js';
import type { RecentUsage } from './recent-usage.js';

/** What a caller says of a request to come. Undefined: not said. */
export interface EstimateInput {
  readonly inputTokens?: bigint | undefined;
  /** Of the input, read from a cache. */
  readonly cachedTokens?: bigint | undefined;
  /** Of the prompt, where its tokens are not known. */
  readonly promptCharacters?: bigint | undefined;
  readonly outputTokens?: bigint | undefined;
  /** The most that may come back. */
  readonly maxOutputTokens?: bigint | undefined;
  /** What it costs, in the account's currency. */
  readonly cost?: Picos | undefined;
}

/** Where an estimate's tokens come from. */
export type EstimateSource = 'given' | 'prompt_size' | 'max_tokens' | 'recent_p95' | 'default';

export interface Estimate {
  readonly usage: QuotaUsage;
  readonly inputFrom: EstimateSource;
  readonly outputFrom: EstimateSource;
  /** Whether its cost is not known, so that limits of cost hold nothing for it. */
  readonly unpriced: boolean;
  /** Whether prices were there to look for its cost. If not, the database that has them is out of reach. */
  readonly pricesKnown: boolean;
}

/** Characters of a token are four in English prose, fewer in code and other tongues: what is held had better suffice. */
const CHARACTERS_PER_TOKEN = 3n;
/** Where a request says nothing and nothing like it was seen. */
const DEFAULT_TOKENS = 1_000n;

/** Works out what a request will use before it is made. */
export class EstimateUsage {
  constructor(
    private readonly pricing: LoadPricing,
    private readonly recent: RecentUsage,
  ) {}

  async run(accountId: number, facts: QuotaFacts, input: EstimateInput, at: EpochMs): Promise<Estimate> {
    const [[inputTokens, inputFrom], [outputTokens, outputFrom]] = await this.tokensOf(accountId, facts, input);
    const cachedTokens = minimum(input.cachedTokens ?? 0n, inputTokens);
    const tokens = {
      inputUncached: inputTokens - cachedTokens,
      cacheRead: cachedTokens,
      cacheWrite5m: 0n,
      cacheWrite1h: 0n,
      output: outputTokens,
      reasoning: 0n,
    };
    const dimension = dimensionOf(facts, inputTokens);
    const inputs = await this.pricing.current(accountId);
    const priced = usageOf(
      { at, parts: [{ dimension, dimensionKey: dimensionKey(dimension), tokens }], units: {} },
      inputs,
    );
    const usage = input.cost === undefined ? priced : { ...priced, billedCost: input.cost, effectiveCost: input.cost };
    const pricesKnown = inputs !== UNPRICED || input.cost !== undefined;
    return { usage, inputFrom, outputFrom, unpriced: usage.billedCost === null, pricesKnown };
  }

  private async tokensOf(
    accountId: number,
    facts: QuotaFacts,
    input: EstimateInput,
  ): Promise<[[bigint, EstimateSource], [bigint, EstimateSource]]> {
    const { inputTokens, promptCharacters, outputTokens, maxOutputTokens } = input;
    const read: [bigint, EstimateSource] | undefined =
      inputTokens !== undefined
        ? [inputTokens, 'given']
        : promptCharacters !== undefined
          ? [(promptCharacters + CHARACTERS_PER_TOKEN - 1n) / CHARACTERS_PER_TOKEN, 'prompt_size']
          : undefined;
    const written: [bigint, EstimateSource] | undefined =
      outputTokens !== undefined
        ? [outputTokens, 'given']
        : maxOutputTokens !== undefined
          ? [maxOutputTokens, 'max_tokens']
          : undefined;
    if (read && written) return [read, written];
    // A request that says what it costs need not be guessed at.
    if (input.cost !== undefined) return [read ?? [0n, 'given'], written ?? [0n, 'given']];
    const seen = await this.recent.p95(accountId, facts.team, facts.model);
    const guess = (tokens: bigint | undefined): [bigint, EstimateSource] =>
      tokens === undefined ? [DEFAULT_TOKENS, 'default'] : [tokens, 'recent_p95'];
    return [read ?? guess(seen?.inputTokens), written ?? guess(seen?.outputTokens)];
  }
}

/** Of text; a tier of context is reached by the tokens themselves. */
function dimensionOf(facts: QuotaFacts, contextFrom: bigint): UsageDimension {
  return {
    team: facts.team,
    project: facts.project,
    costCenter: facts.costCenter,
    apiKey: facts.apiKey,
    user: facts.user,
    provider: facts.provider,
    model: facts.model,
    pool: facts.pool,
    region: null,
    serviceTier: facts.tier,
    contextFrom,
    status: facts.status ?? 'ok',
    billableTags: {},
    modality: null,
    source: null,
  };
}

function minimum(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
