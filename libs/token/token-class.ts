/**
 * The disjoint buckets that every source's counters are translated to: a token is in exactly one. The order is that of
 * columns, lines and exports.
 */
export const TOKEN_CLASSES = [
  'inputUncached',
  'cacheRead',
  'cacheWrite5m',
  'cacheWrite1h',
  'output',
  'reasoning',
] as const;

export type TokenClass = (typeof TOKEN_CLASSES)[number];

/** Tokens per class. Reasoning tokens are not in `output`, cached ones not in `inputUncached`. */
export type TokenCounts = Readonly<Record<TokenClass, bigint>>;

export const INPUT_CLASSES = [
  'inputUncached',
  'cacheRead',
  'cacheWrite5m',
  'cacheWrite1h',
] as const satisfies readonly TokenClass[];
export const OUTPUT_CLASSES = ['output', 'reasoning'] as const satisfies readonly TokenClass[];

/** `u + k + w`: all that was read, cached or not. */
export function inputTokens(tokens: TokenCounts): bigint {
  return INPUT_CLASSES.reduce((sum, tokenClass) => sum + tokens[tokenClass], 0n);
}

/** `o`: all that was generated, reasoning included. */
export function outputTokens(tokens: TokenCounts): bigint {
  return OUTPUT_CLASSES.reduce((sum, tokenClass) => sum + tokens[tokenClass], 0n);
}
