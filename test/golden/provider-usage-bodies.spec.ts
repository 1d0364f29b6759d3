import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePicos } from '#money';
import { createPriceBook, type PriceBook } from '#pricing';
import { rateUsage } from '#rating/domain';
import { INPUT_CLASSES, OUTPUT_CLASSES, type TokenClass, type TokenCounts } from '#token';
import { GenaiPrices } from '../../libs/pricing/adapter/genai-prices.js';
import { usageOf } from '../../libs/rating/domain/testing.js';

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
    }[];
  }[];
}
interface Case {
  readonly provider: string;
  readonly model: string;
  readonly usage: Usage;
  readonly input: bigint;
  readonly output: bigint;
}

/** Every way a body was read for which a price is published. */
function publishedCases(): Case[] {
  const bodies = JSON.parse(readFileSync(FILE, 'utf8')) as readonly Body[];
  return bodies.flatMap(({ model, extracted }) =>
    extracted.flatMap(({ usage, extractors }) =>
      extractors.flatMap(({ provider_id: provider, input_price: input, output_price: output }): Case[] => {
        if (model === undefined || input === undefined || output === undefined) return [];
        return [{ provider, model, usage, input: toPicos(input), output: toPicos(output) }];
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

const ofOtherModality = ({ usage }: Case): boolean =>
  Object.entries(usage).some(([name, count]) => count > 0 && /image|audio|video|web_search/.test(name));

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
  function priceOf({ provider, model, usage }: Case): { input: bigint; output: bigint } | null {
    const size = BigInt(usage.input_tokens ?? 0);
    const contextFrom = breakpoints.reduce((best, edge) => (edge <= size && edge > best ? edge : best), 0n);
    const row = usageOf({ chargePeriod: AT, dimension: { provider, model, contextFrom }, tokens: disjoint(usage) });
    const charges = rateUsage([row], book, { currency: 'USD', isKnownTeam: () => true });
    if (charges.some(({ kind }) => kind === 'unpriced')) return null;
    const sum = (classes: readonly TokenClass[]): bigint =>
      charges
        .filter(({ tokenClass }) => tokenClass !== null && classes.includes(tokenClass))
        .reduce((total, { list }) => total + (list ?? 0n), 0n);
    return { input: sum(INPUT_CLASSES), output: sum(OUTPUT_CLASSES) };
  }

  it('cost what is published, to the last digit', () => {
    const cases = publishedCases();
    const tokensOnly = cases.filter((one) => !ofOtherModality(one));
    const priced = tokensOnly.map((one) => ({ one, price: priceOf(one) }));
    const wrong = priced.filter(
      ({ one, price }) => price !== null && (price.input !== one.input || price.output !== one.output),
    );
    expect(wrong.map(({ one, price }) => ({ ...one, price }))).toEqual([]);
    // A model that the table lists without any price is published as 0 and has no price here.
    const unpriced = priced.filter(({ price }) => price === null).map(({ one }) => one);
    expect(unpriced.map(({ provider, model, input, output }) => [provider, model, input + output])).toEqual([
      ['cerebras', 'qwen-3-coder-480b', 0n],
    ]);
    // What counts images, sound, films or searches apart is beyond tokens of text.
    expect([cases.length, tokensOnly.length, priced.length - unpriced.length]).toEqual([834, 808, 807]);
  });
});
