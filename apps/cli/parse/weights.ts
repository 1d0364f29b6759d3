import { decimalToScaled } from '#money';
import { TOKEN_CLASSES, type TokenClass } from '#token';
import { usageError } from '../exit-code.js';

export type WeightTexts = Partial<Record<TokenClass, string>>;

/** Reads `inputUncached=1,cacheRead=0.1,output=2`. The weights stay the decimals that were written. */
export function parseWeights(text: string): WeightTexts {
  return Object.fromEntries(
    parsePairs(text, '--weights').map(([name, value]) => {
      const tokenClass = TOKEN_CLASSES.find((known) => known === name);
      if (!tokenClass)
        throw usageError(`--weights has no token class ${JSON.stringify(name)}; there are ${TOKEN_CLASSES.join(', ')}`);
      return [tokenClass, value];
    }),
  );
}

export interface ThroughputTexts {
  readonly prefillTokensPerSecond: string;
  readonly decodeTokensPerSecond: string;
}

/** Reads `prefill=73700,decode=14800`: tokens per second that one instance prefills and decodes. */
export function parseThroughput(text: string): ThroughputTexts {
  const pairs = new Map(parsePairs(text, '--throughput'));
  const [prefill, decode] = [pairs.get('prefill'), pairs.get('decode')];
  if (prefill === undefined || decode === undefined || pairs.size !== 2) {
    throw usageError('--throughput must be prefill=TOKENS_PER_SECOND,decode=TOKENS_PER_SECOND');
  }
  return { prefillTokensPerSecond: prefill, decodeTokensPerSecond: decode };
}

/** Reads `name=number` pairs with names that differ. The numbers stay the decimals that were written. */
export function parsePairs(text: string, option: string): [string, string][] {
  const names = new Set<string>();
  return text.split(',').map((pair) => {
    const [name = '', value, ...rest] = pair.split('=').map((part) => part.trim());
    if (value === undefined || rest.length > 0)
      throw usageError(`${option} must be name=number pairs, not ${JSON.stringify(pair)}`);
    const scaled = decimalToScaled(value, 6);
    if (scaled === undefined || scaled < 0n) {
      throw usageError(
        `${option} ${name} must be a decimal of at least 0 with at most 6 decimals, not ${JSON.stringify(value)}`,
      );
    }
    if (names.has(name)) throw usageError(`${option} names ${name} twice`);
    names.add(name);
    return [name, value];
  });
}
