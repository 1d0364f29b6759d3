import type { EpochMs } from '#calendar';
import type { Picos } from '#money';
import type { Accrual } from './accrual.js';

export const HOUR_MS = 3_600_000n;
export const COUNT_SCALE = 1_000_000n;

/** What is paid by the hour: rate x instances x time. `instanceMicros` are scaled by 10^6. */
export function hourlyAccrual(hourlyRate: Picos, instanceMicros: bigint, from: EpochMs, to: EpochMs | null): Accrual {
  return { from, to, numerator: hourlyRate * instanceMicros, denominator: HOUR_MS * COUNT_SCALE };
}
