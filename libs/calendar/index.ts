export { type BillingPeriod, parseBillingPeriod } from './billing-period.js';
export { CHARGE_PERIOD_MS, chargePeriodStart, isChargePeriodEdge } from './charge-period.js';
export { type Clock, systemClock } from './clock.js';
export { type EpochMicros, type EpochMs, formatInstant, type InstantFault, parseInstant } from './instant.js';
export { isTimeZone } from './time-zone.js';
