import type { PoolUse } from '#allocation/domain';
import { TOKEN_MEASURES, USAGE_MEASURES, type UsageBlock } from '#metering/domain';
import { SafeSums } from '#money';
import type { TokenCounts } from '#token';

const { count: STRIDE, requests: REQUESTS, inferenceMicros: INFERENCE } = USAGE_MEASURES;
const { prefillMicros: PREFILL, decodeMicros: DECODE } = USAGE_MEASURES;

/** The summed measures of groups of rows, exact. */
export class UsageCells {
  private readonly sums = new SafeSums();

  /** Adds a block's row to a group. All its measures must be finite. */
  add(group: number, { measures }: UsageBlock, row: number): void {
    const [cell, from] = [group * STRIDE, row * STRIDE];
    for (let i = 0; i < STRIDE; i++) {
      const value = measures[from + i] ?? 0;
      if (value !== 0) this.sums.add(cell + i, value);
    }
  }

  requests(group: number): bigint {
    return this.sums.total(group * STRIDE + REQUESTS);
  }

  inferenceMicros(group: number): bigint {
    return this.sums.total(group * STRIDE + INFERENCE);
  }

  tokens(group: number): TokenCounts {
    const tokens = { inputUncached: 0n, cacheRead: 0n, cacheWrite5m: 0n, cacheWrite1h: 0n, output: 0n, reasoning: 0n };
    for (const [tokenClass, at] of TOKEN_MEASURES) tokens[tokenClass] = this.sums.total(group * STRIDE + at);
    return tokens;
  }
}

/** Adds up the measures of some rows into `totals`; false when any sum is more than can be added in doubles exactly. */
export function totalMeasures({ measures }: UsageBlock, rows: readonly number[], totals: Float64Array): boolean {
  totals.fill(0);
  for (const row of rows) {
    const from = row * STRIDE;
    for (let i = 0; i < STRIDE; i++) totals[i] = (totals[i] ?? 0) + (measures[from + i] ?? 0);
  }
  // Sums of whole numbers in doubles never fall, so one that ends within the limit was within it, and exact, all along.
  return totals.every((total) => total <= LIMIT);
}

/** A cell takes additions up to 2^52. */
const LIMIT = 2 ** 52;

/** Totals as what a basis asks for. */
export function poolUseOf(totals: Float64Array): PoolUse {
  const total = (at: number) => BigInt(totals[at] ?? 0);
  const tokens = { inputUncached: 0n, cacheRead: 0n, cacheWrite5m: 0n, cacheWrite1h: 0n, output: 0n, reasoning: 0n };
  for (const [tokenClass, at] of TOKEN_MEASURES) tokens[tokenClass] = total(at);
  return {
    tokens,
    requests: total(REQUESTS),
    inferenceMicros: total(INFERENCE),
    prefillMicros: total(PREFILL),
    decodeMicros: total(DECODE),
  };
}
