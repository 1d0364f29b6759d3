import { divideHalfEven, scaledToDecimal } from '#money';
import type { TokenClass } from '#token';
import { inputTokensOf, type LineAmounts, type LineFields, outputTokensOf, tokensOf } from './line.js';

/**
 * Cost per 1M tokens, in the account's currency: decimal strings with up to six decimals, rounded half-even; null when there
 * are no such tokens. Of used cost alone, without idle, and of usage whose cost is known.
 */
export interface UnitCosts {
  /** All used cost by output tokens: what "cost per token" means when nothing else is said. */
  readonly core: string | null;
  /** All used cost by all tokens. */
  readonly blended: string | null;
  /** The two-part price and its pieces. Null where cost is not charged by token class. */
  readonly input: string | null;
  readonly inputUncached: string | null;
  readonly cacheRead: string | null;
  readonly output: string | null;
}

const DECIMALS = 6;

type Line = LineFields & LineAmounts;

export function unitCosts(lines: readonly Line[]): UnitCosts {
  const used = lines.filter(
    (line) => line.effective !== null && (line.kind === 'used' || line.kind === 'unattributed'),
  );
  const perToken = used.filter(({ unit }) => unit === 'tokens');
  const classCost = (...classes: readonly TokenClass[]) => {
    const own = perToken.filter(({ tokenClass }) => tokenClass !== null && classes.includes(tokenClass));
    return perMillion(own, (line) => classes.reduce((sum, tokenClass) => sum + tokensOf(line, tokenClass), 0n));
  };
  return {
    core: perMillion(used, outputTokensOf),
    blended: perMillion(used, (line) => inputTokensOf(line) + outputTokensOf(line)),
    input: classCost('inputUncached', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h'),
    inputUncached: classCost('inputUncached'),
    cacheRead: classCost('cacheRead'),
    output: classCost('output', 'reasoning'),
  };
}

/** Picos per token is millionths of the currency per million tokens: 10^-12 x 10^6 = 10^-6. */
function perMillion(lines: readonly Line[], count: (line: Line) => bigint): string | null {
  const tokens = lines.reduce((sum, line) => sum + count(line), 0n);
  if (tokens === 0n) return null;
  const picos = lines.reduce((sum, { effective }) => sum + (effective ?? 0n), 0n);
  return scaledToDecimal(divideHalfEven(picos, tokens), DECIMALS);
}
