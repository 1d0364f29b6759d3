import type { EpochMs } from './instant.js';

/**
 * Length of a charge period: 15 minutes, the coarsest grid on whose edges the midnight of every IANA zone falls (offsets
 * in use are multiples of a quarter hour), so that any zone's day and month is a whole number of charge periods.
 */
export const CHARGE_PERIOD_MS = 15 * 60 * 1000;

/** Start of the charge period that holds the instant. The end is exclusive. */
export function chargePeriodStart(at: EpochMs): EpochMs {
  return Math.floor(at / CHARGE_PERIOD_MS) * CHARGE_PERIOD_MS;
}

export function isChargePeriodEdge(at: EpochMs): boolean {
  return at % CHARGE_PERIOD_MS === 0;
}
