import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MeteredUsage } from '#metering/domain';
import { parsePicos } from '#money';
import { createPriceBook, type PriceBook } from '#pricing';
import { rateUnits, rateUsage } from '#rating/domain';
import {
  INPUT_CLASSES,
  MODALITIES,
  type Modality,
  OUTPUT_CLASSES,
  TOKEN_CLASSES,
  type TokenClass,
  type TokenCounts,
} from '#token';
import { GenaiPrices } from '../../libs/pricing/adapter/genai-prices.js';
import { NO_TOKENS, usageOf } from '../../libs/rating/domain/testing.js';

const FILE =
  process.env.APPORTION_TEST_USAGE_BODIES ?? join(__dirname, '../../../shared/data/usage/provider-usage-bodies.json');
const present = existsSync(FILE);
if (!present) console.warn(`skipped: no provider usage bodies at ${FILE} (set APPORTION_TEST_USAGE_BODIES)`);

/** When the published prices of the bodies held: before some of the models became cheaper in the summer of 2026. */
const AT = Date.UTC(2026, 4, 1, 12);

type Usage = Readonly<Record<string, number>>;
interface Body {
  readonly model?: string;
  readonly extracted: readonly {
    readonly usage: Usage;
    readonly extractors: readonly {
      readonly provider_id: string;
      readonly input_price?: string;
      readonly output_price?: string;
      readonly total_price?: string;
    }[];
  }[];
}
interface Case {
  readonly provider: string;
  readonly model: string;
  readonly usage: Usage;
  readonly input: bigint;
  readonly output: bigint;
  /** Input, output, and what is neither. */
  readonly total: bigint;
}

/** Every way a body was read for which a price is published. */
function publishedCases(): Case[] {
  const bodies = JSON.parse(readFileSync(FILE, 'utf8')) as readonly Body[];
  return bodies.flatMap(({ model, extracted }) =>
    extracted.flatMap(({ usage, extractors }) =>
      extractors.flatMap(({ provider_id: provider, ...prices }): Case[] => {
        if (model === undefined || prices.input_price === undefined || prices.output_price === undefined) return [];
        const [input, output] = [toPicos(prices.input_price), toPicos(prices.output_price)];
        const total = prices.total_price === undefined ? input + output : toPicos(prices.total_price);
        return [{ provider, model, usage, input, output, total }];
      }),
    ),
  );
}

/** The smallest are written as `9E-7`. */
function toPicos(text: string): bigint {
  const [digits = '', exponent] = text.split('E-');
  const plain = exponent === undefined ? digits : `0.${'0'.repeat(Number(exponent) - 1)}${digits}`;
  const picos = parsePicos(plain);
  if (picos === undefined) throw new RangeError(`${text} is not an amount`);
  return picos;
}

/** The bodies count cached and reasoning tokens within input and output; ours are disjoint. */
function disjoint(usage: Usage): TokenCounts {
  const of = (name: string): bigint => BigInt(usage[name] ?? 0);
  const cacheWrite1h = of('cache_write_1h_tokens');
  return {
    inputUncached: of('input_tokens') - of('cache_read_tokens') - of('cache_write_tokens'),
    cacheRead: of('cache_read_tokens'),
    cacheWrite5m: of('cache_write_tokens') - cacheWrite1h,
    cacheWrite1h,
    output: of('output_tokens') - of('output_reasoning_tokens'),
    reasoning: of('output_reasoning_tokens'),
  };
}

/** Of a modality; its cached tokens are within its input, as those of all are. */
function partOf(usage: Usage, modality: Modality): TokenCounts {
  const of = (name: string): bigint => BigInt(usage[name] ?? 0);
  const cacheRead = of(`cache_${modality}_read_tokens`);
  return {
    ...NO_TOKENS,
    inputUncached: of(`input_${modality}_tokens`) - cacheRead,
    cacheRead,
    output: of(`output_${modality}_tokens`),
  };
}

function less(whole: TokenCounts, parts: readonly TokenCounts[]): TokenCounts {
  const rest = { ...whole };
  for (const part of parts) for (const tokenClass of TOKEN_CLASSES) rest[tokenClass] -= part[tokenClass];
  return rest;
}

/** What a body meters to: a bucket of text, which has the request and its searches, and one for each modality it names. */
function metered({ provider, model, usage }: Case, contextFrom: bigint): MeteredUsage[] {
  const of = { provider, model, contextFrom };
  const parts = MODALITIES.map((modality) => ({ modality, tokens: partOf(usage, modality) })).filter(({ tokens }) =>
    TOKEN_CLASSES.some((tokenClass) => tokens[tokenClass] > 0n),
  );
  const tokens = less(
    disjoint(usage),
    parts.map((part) => part.tokens),
  );
  const searches = BigInt(usage.web_searches ?? 0);
  const units = searches === 0n ? {} : { webSearches: searches };
  return [
    usageOf({ chargePeriod: AT, dimension: of, tokens, units }),
    ...parts.map(({ modality, tokens: own }) =>
      usageOf({ chargePeriod: AT, dimension: { ...of, modality }, tokens: own, requests: 0n }),
    ),
  ];
}

const describeBodies = present ? describe : describe.skip;
describeBodies('usage bodies of real providers, priced by the public table', () => {
  let book: PriceBook;
  let breakpoints: readonly bigint[];
  beforeAll(async () => {
    const { prices, providers } = await new GenaiPrices().load();
    book = createPriceBook(
      prices.map((price, i) => ({ ...price, version: 1, priceVersionId: String(i + 1) })),
      providers,
    );
    breakpoints = [...new Set(prices.flatMap(({ rates }) => rates.map(({ contextFrom }) => contextFrom)))];
  });

  /** What the product charges, null when it knows no price. */
  function priceOf(one: Case): Pick<Case, 'input' | 'output' | 'total'> | null {
    const size = BigInt(one.usage.input_tokens ?? 0);
    const contextFrom = breakpoints.reduce((best, edge) => (edge <= size && edge > best ? edge : best), 0n);
    const rows = metered(one, contextFrom);
    const context = { currency: 'USD', isKnownTeam: () => true };
    const charges = [...rateUsage(rows, book, context), ...rateUnits(rows, book, context)];
    if (charges.some(({ kind }) => kind === 'unpriced')) return null;
    const sum = (classes: readonly (TokenClass | null)[]): bigint =>
      charges
        .filter(({ tokenClass }) => classes.includes(tokenClass))
        .reduce((total, { list }) => total + (list ?? 0n), 0n);
    return { input: sum(INPUT_CLASSES), output: sum(OUTPUT_CLASSES), total: sum([...TOKEN_CLASSES, null]) };
  }

  it('cost what is published, to the last digit', () => {
    const priced = publishedCases().map((one) => ({ one, price: priceOf(one) }));
    const wrong = priced.filter(
      ({ one: { input, output, total }, price }) =>
        price !== null && (price.input !== input || price.output !== output || price.total !== total),
    );
    expect(wrong.map(({ one, price }) => ({ ...one, price }))).toEqual([]);
    // A model that the table lists without any price is published as 0 and has no price here.
    const unpriced = priced.filter(({ price }) => price === null).map(({ one }) => one);
    expect(unpriced.map(({ provider, model, total }) => [provider, model, total])).toEqual([
      ['cerebras', 'qwen-3-coder-480b', 0n],
    ]);
    const beyondText = priced.filter(({ one }) => Object.keys(one.usage).some((name) => BEYOND_TEXT.test(name)));
    expect([priced.length, beyondText.length, priced.length - unpriced.length]).toEqual([834, 26, 833]);
  });
});

const BEYOND_TEXT = /image|audio|video|web_search/;
