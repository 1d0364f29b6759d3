import type { MeteredUsage } from '#metering/domain';
import type { PoolUse } from './attribution-basis.js';

/** The sums over all usage of a pool in one charge period. */
export function poolUse(usage: readonly MeteredUsage[]): PoolUse {
  const sum = (pick: (row: MeteredUsage) => bigint) => usage.reduce((total, row) => total + pick(row), 0n);
  return {
    tokens: {
      inputUncached: sum((row) => row.tokens.inputUncached),
      cacheRead: sum((row) => row.tokens.cacheRead),
      cacheWrite5m: sum((row) => row.tokens.cacheWrite5m),
      cacheWrite1h: sum((row) => row.tokens.cacheWrite1h),
      output: sum((row) => row.tokens.output),
      reasoning: sum((row) => row.tokens.reasoning),
    },
    requests: sum((row) => row.requests),
    inferenceMicros: sum((row) => row.inferenceMicros),
    prefillMicros: sum((row) => row.prefillMicros),
    decodeMicros: sum((row) => row.decodeMicros),
  };
}
