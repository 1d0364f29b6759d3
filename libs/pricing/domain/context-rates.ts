import type { Picos } from '#money';
import { TOKEN_CLASSES, type TokenClass } from '#token';
import type { ContextRate } from './price.js';

/** One class's price from one size of request on. */
export interface ClassRate {
  readonly contextFrom: bigint;
  readonly tokenClass: TokenClass;
  readonly picosPerToken: Picos;
}

/**
 * The rates of a price from its class prices, one for each threshold, ascending, the first at 0. A class that a
 * threshold does not name keeps the price it has below it.
 */
export function toContextRates(classRates: readonly ClassRate[], picosPerRequest: Picos | null): ContextRate[] {
  const thresholds = [...new Set([0n, ...classRates.map(({ contextFrom }) => contextFrom)])].sort((a, b) =>
    a < b ? -1 : 1,
  );
  return thresholds.map((contextFrom) => {
    const entries = TOKEN_CLASSES.flatMap((tokenClass): [TokenClass, Picos][] => {
      const picosPerToken = rateAt(classRates, tokenClass, contextFrom);
      return picosPerToken === undefined ? [] : [[tokenClass, picosPerToken]];
    });
    return { contextFrom, picosPerToken: Object.fromEntries(entries), picosPerRequest };
  });
}

function rateAt(classRates: readonly ClassRate[], tokenClass: TokenClass, contextFrom: bigint): Picos | undefined {
  let best: ClassRate | undefined;
  for (const rate of classRates) {
    if (rate.tokenClass !== tokenClass || rate.contextFrom > contextFrom) continue;
    if (!best || rate.contextFrom > best.contextFrom) best = rate;
  }
  return best?.picosPerToken;
}
