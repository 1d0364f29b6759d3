import type { EpochMs } from '#calendar';
import type { QuotaWindowSpec } from './window.js';

/** Who would hear of the same more often? */
const PERIOD_LEAST_MS = 3_600_000;

/**
 * The start of the stretch of time in which people hear of a threshold once, where the window itself has no start: stretches are as long
 * as the window, an hour at least, and begin at multiples of that since 1970 (UTC). What is under way is told of once an hour.
 */
export function alertPeriodStart(window: Extract<QuotaWindowSpec, { kind: 'rolling' | 'now' }>, at: EpochMs): EpochMs {
  const length = window.kind === 'rolling' ? Math.max(window.lengthMs, PERIOD_LEAST_MS) : PERIOD_LEAST_MS;
  return Math.floor(at / length) * length;
}
