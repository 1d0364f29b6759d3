import type { TokenClass } from '#token';
import type { TokenWeights } from './pool-policy.js';

/** The class whose weight a class has when none is given, nearest first, as providers bill classes without a price. */
const FALLBACKS: Readonly<Record<TokenClass, readonly TokenClass[]>> = {
  inputUncached: [],
  cacheRead: ['inputUncached'],
  cacheWrite5m: ['inputUncached'],
  cacheWrite1h: ['cacheWrite5m', 'inputUncached'],
  output: [],
  reasoning: ['output'],
};

/**
 * Weights of all classes from those that were given: reasoning tokens weigh what output does, cached input what input
 * does, unless the policy says otherwise. No token weighs nothing because nobody thought of its class.
 */
export function completeWeights(given: Partial<TokenWeights>): TokenWeights {
  const weightOf = (tokenClass: TokenClass): bigint =>
    given[tokenClass] ??
    FALLBACKS[tokenClass].map((fallback) => given[fallback]).find((weight) => weight !== undefined) ??
    0n;
  return {
    inputUncached: weightOf('inputUncached'),
    cacheRead: weightOf('cacheRead'),
    cacheWrite5m: weightOf('cacheWrite5m'),
    cacheWrite1h: weightOf('cacheWrite1h'),
    output: weightOf('output'),
    reasoning: weightOf('reasoning'),
  };
}
