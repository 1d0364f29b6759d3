import { divideHalfEven, scaledToDecimal } from '#money';
import { INPUT_CLASSES, OUTPUT_CLASSES, TOKEN_CLASSES, type TokenClass, type TokenCounts } from '#token';
import type { LineAmounts, LineFields } from './line.js';

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
  const sums = new UnitCostSums();
  for (const line of lines) sums.add(line);
  return sums.unitCosts();
}

/** The same of lines that are added one by one. */
export class UnitCostSums {
  private cost = 0n;
  private readonly tokens = { ...NONE };
  /** Of lines that are charged by token class. */
  private readonly classCost = { ...NONE };
  private readonly classTokens = { ...NONE };

  add(line: Line): void {
    const { effective, kind, unit, tokenClass } = line;
    if (effective === null || (kind !== 'used' && kind !== 'unattributed')) return;
    this.cost += effective;
    if (unit !== 'tokens') {
      if (line.tokens) for (const each of TOKEN_CLASSES) this.tokens[each] += line.tokens[each];
    } else if (tokenClass !== null) {
      this.tokens[tokenClass] += line.quantity;
      this.classCost[tokenClass] += effective;
      this.classTokens[tokenClass] += line.quantity;
    }
  }

  unitCosts(): UnitCosts {
    const byClass = (...classes: readonly TokenClass[]) =>
      perMillion(sumOf(this.classCost, classes), sumOf(this.classTokens, classes));
    return {
      core: perMillion(this.cost, sumOf(this.tokens, OUTPUT_CLASSES)),
      blended: perMillion(this.cost, sumOf(this.tokens, TOKEN_CLASSES)),
      input: byClass(...INPUT_CLASSES),
      inputUncached: byClass('inputUncached'),
      cacheRead: byClass('cacheRead'),
      output: byClass(...OUTPUT_CLASSES),
    };
  }
}

const NONE = { inputUncached: 0n, cacheRead: 0n, cacheWrite5m: 0n, cacheWrite1h: 0n, output: 0n, reasoning: 0n };

function sumOf(amounts: TokenCounts, classes: readonly TokenClass[]): bigint {
  return classes.reduce((sum, tokenClass) => sum + amounts[tokenClass], 0n);
}

/** Picos per token is millionths of the currency per million tokens: 10^-12 x 10^6 = 10^-6. */
function perMillion(picos: bigint, tokens: bigint): string | null {
  return tokens === 0n ? null : scaledToDecimal(divideHalfEven(picos, tokens), DECIMALS);
}
