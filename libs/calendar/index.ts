export {
  type BillingPeriod,
  billingMonthAt,
  followingMonth,
  parseBillingPeriod,
  precedingMonth,
} from './billing-period.js';
export { CHARGE_PERIOD_MS, chargePeriodStart, isChargePeriodEdge } from './charge-period.js';
export { type Clock, systemClock } from './clock.js';
export { inTime } from './in-time.js';
export {
  EARLIEST_INSTANT,
  type EpochMicros,
  type EpochMs,
  type ExactInstant,
  formatInstant,
  formatMicros,
  type InstantFault,
  LATEST_INSTANT,
  parseExactInstant,
  parseInstant,
} from './instant.js';
export { parseInstantIn, type ReadInstant } from './local-instant.js';
export { dayIn, isTimeZone } from './time-zone.js';
export { type DatedVersion, versionAt } from './version-at.js';
export { type SliceAnchor, type SliceUnit, sliceAt, type TimeSlice } from './zoned-slice.js';
