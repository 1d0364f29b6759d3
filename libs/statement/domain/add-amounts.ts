import { TOKEN_CLASSES, type TokenCounts } from '#token';
import type { LineAmounts } from './line.js';

export function addAmounts(a: LineAmounts, b: LineAmounts): LineAmounts {
  return {
    requests: a.requests + b.requests,
    quantity: a.quantity + b.quantity,
    tokens: a.tokens && b.tokens ? addTokens(a.tokens, b.tokens) : (a.tokens ?? b.tokens),
    list: addKnown(a.list, b.list),
    effective: addKnown(a.effective, b.effective),
  };
}

function addTokens(a: TokenCounts, b: TokenCounts): TokenCounts {
  const sums = { ...a };
  for (const tokenClass of TOKEN_CLASSES) sums[tokenClass] += b[tokenClass];
  return sums;
}

/** The sum of two amounts that may not be known: unknown as soon as one is. */
export function addKnown(a: bigint | null, b: bigint | null): bigint | null {
  return a === null || b === null ? null : a + b;
}
